#!/usr/bin/env python3
"""Measures gradients of small neural SDEs with our solvers, torchsde's and diffrax's, in turns on one core.

    python3 -m venv /tmp/sde
    /tmp/sde/bin/pip install --extra-index-url https://download.pytorch.org/whl/cpu \\
        torch==2.13.0+cpu torchsde==0.2.6 "jax[cpu]==0.10.2" diffrax==0.7.2
    /tmp/sde/bin/python Scripts/compare-sde.py [--rounds 5] [--csv FILE]
        [--noises diagonal,general] [--states 32x64,96x128] [--batches 128,1024] [--steps 10,100]

`--states` are numbers of the state x units of the hidden layer. The drift is a network of the time and
the state with one hidden layer of LipSwish and tanh at the end; the diffusion is another, with a number
for each of the state (diagonal) or for each of the state and of 16 Brownian motions (general). A turn
solves a batch from 0 to 1 in equal steps after Stratonovich, in single precision, and takes the gradient
of the mean of the last state with respect to all weights and the first state; every turn has a motion of
its own. torchsde's motion is a BrownianInterval told the step, which sdeint does not do by itself and
which makes many steps faster. diffrax's motion is a VirtualBrownianTree told half a step; what it and its
solvers compile to is made before anything is measured.

The columns are seconds, medians of the rounds, and how many times ours is faster, medians of the ratios
within a round, with the lowest and the highest.
"""

import argparse
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import turns

turns.use_one_core()

import diffrax
import equinox
import jax
import jax.numpy
import lineax
import torch
import torchsde

torch.set_num_threads(1)
KEYS = ("noise", "state", "width", "batch", "steps")
MOTIONS = 16


class LipSwish(torch.nn.Module):
    def forward(self, x):
        return 0.909 * torch.nn.functional.silu(x)


class TorchSDE(torch.nn.Module):
    """The neural SDE as torchsde wants it."""

    sde_type = "stratonovich"

    def __init__(self, noise, state, width):
        super().__init__()
        self.noise_type, self.state = noise, state
        outputs = state if noise == "diagonal" else state * MOTIONS
        self.drift, self.diffusion = (
            torch.nn.Sequential(
                torch.nn.Linear(1 + state, width), LipSwish(), torch.nn.Linear(width, count),
                torch.nn.Tanh())
            for count in (state, outputs))

    def f_and_g(self, t, y):
        input = torch.cat([t.expand(y.shape[0], 1), y], dim=1)
        drift, diffusion = self.drift(input), self.diffusion(input)
        if self.noise_type == "general":
            diffusion = diffusion.view(-1, self.state, MOTIONS)
        return drift, diffusion


TORCH = {
    "torchsde reversible_heun, adjoint": (torchsde.sdeint_adjoint, {
        "method": "reversible_heun", "adjoint_method": "adjoint_reversible_heun"}),
    "torchsde reversible_heun, backpropagation": (
        torchsde.sdeint, {"method": "reversible_heun"}),
    "torchsde midpoint, adjoint": (torchsde.sdeint_adjoint, {
        "method": "midpoint", "adjoint_method": "midpoint"}),
    "torchsde midpoint, backpropagation": (torchsde.sdeint, {"method": "midpoint"}),
}


def torch_runs(noise, state, width, batch, steps):
    """torchsde's ways by name, each as a function of a seed that takes one gradient."""
    torch.manual_seed(1)
    sde = TorchSDE(noise, state, width)
    first = torch.randn(batch, state)
    times = torch.tensor([0.0, 1.0])
    size = (batch, state if noise == "diagonal" else MOTIONS)

    def run(solve, options, seed):
        sde.zero_grad()
        start = first.clone().requires_grad_()
        motion = torchsde.BrownianInterval(
            t0=0.0, t1=1.0, size=size, dtype=torch.float32, entropy=seed, dt=1 / steps)
        states = solve(sde, start, times, bm=motion, dt=1 / steps, **options)
        states[-1].mean().backward()
        return start.grad

    return {
        name: lambda seed, solve=solve, options=options: run(solve, options, seed)
        for name, (solve, options) in TORCH.items()
    }


DIFFRAX = {
    "diffrax ReversibleHeun, backpropagation": diffrax.ReversibleHeun,
    "diffrax Midpoint, backpropagation": diffrax.Midpoint,
}


def lip_swish(x):
    return 0.909 * jax.nn.silu(x)


def diffrax_runs(noise, state, width, batch, steps):
    """diffrax's ways by name, each compiled, as a function of a seed that takes one gradient."""
    outputs = state if noise == "diagonal" else state * MOTIONS
    networks = tuple(
        equinox.nn.MLP(
            1 + state, count, width, 1, activation=lip_swish, final_activation=jax.numpy.tanh,
            key=jax.random.key(number))
        for number, count in enumerate((state, outputs)))
    first = jax.random.normal(jax.random.key(2), (batch, state))
    motions = state if noise == "diagonal" else MOTIONS

    def last_state(networks, start, key, solver):
        """The last state of one sample; a batch is made of it by vmap, as diffrax's examples do."""
        drift, diffusion = networks
        motion = diffrax.VirtualBrownianTree(
            0.0, 1.0, tol=0.5 / steps, key=key,
            shape=jax.ShapeDtypeStruct((motions,), jax.numpy.float32))

        def input(t, y):
            return jax.numpy.concatenate([jax.numpy.full(1, t, y.dtype), y])

        def strength(t, y, _):
            values = diffusion(input(t, y))
            if noise == "diagonal":
                return lineax.DiagonalLinearOperator(values)
            return lineax.MatrixLinearOperator(values.reshape(state, motions))

        terms = diffrax.MultiTerm(
            diffrax.ODETerm(lambda t, y, _: drift(input(t, y))),
            diffrax.ControlTerm(strength, motion))
        return diffrax.diffeqsolve(
            terms, solver, 0.0, 1.0, None, start,
            stepsize_controller=diffrax.StepTo(jax.numpy.linspace(0.0, 1.0, steps + 1)),
            adjoint=diffrax.RecursiveCheckpointAdjoint(), max_steps=steps).ys[-1]

    def loss(learned, key, solver):
        networks, start = learned
        solve = jax.vmap(last_state, in_axes=(None, 0, 0, None))
        return solve(networks, start, jax.random.split(key, batch), solver).mean()

    def compiled(solver):
        take = equinox.filter_jit(equinox.filter_grad(loss))

        def run(seed):
            gradient = take((networks, first), jax.random.key(seed), solver)
            return jax.block_until_ready(gradient[1])

        return run

    return {name: compiled(solver()) for name, solver in DIFFRAX.items()}


def sizes(text):
    """32x64,96x128 as pairs."""
    return [tuple(turns.numbers(shape.replace("x", ","))) for shape in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--noises", type=turns.words, default=["diagonal", "general"])
    parser.add_argument("--states", type=sizes, default=[(32, 64), (96, 128)])
    parser.add_argument("--batches", type=turns.numbers, default=[128, 1024])
    parser.add_argument("--steps", type=turns.numbers, default=[10, 100])
    turns.add_arguments(parser)
    options = parser.parse_args()
    shapes = [
        (noise, *state, batch, steps)
        for noise in options.noises for state in options.states
        for batch in options.batches for steps in options.steps
    ]
    table = turns.Table(KEYS, unit="seconds")
    for shape in shapes:
        runs = torch_runs(*shape) | diffrax_runs(*shape)
        for run in runs.values():
            run(0)
        noise, state, width, batch, steps = shape
        flags = ["--noises", noise, "--states", state, "--batches", batch, "--steps", steps]
        for turn in range(options.rounds):
            for row in turns.ours(options, "sde", flags):
                assert tuple(row[key] for key in KEYS) == shape, "ours has another width"
                table.add(
                    turn, shape, "ours", f"{row['solver']}, {row['adjoint']}", row["seconds"])
            for name, run in runs.items():
                start = time.perf_counter()
                run(turn + 1)
                table.add(turn, shape, "theirs", name, time.perf_counter() - start)
        if options.csv:
            table.write(options.csv)
    if not options.csv:
        table.write(None)


if __name__ == "__main__":
    main()
