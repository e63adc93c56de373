#!/usr/bin/env python3
"""Measures queries of our Brownian sources and of torchsde's and diffrax's, in turns on one core.

    python3 -m venv /tmp/sde
    /tmp/sde/bin/pip install --extra-index-url https://download.pytorch.org/whl/cpu \\
        torch==2.13.0+cpu torchsde==0.2.6 "jax[cpu]==0.10.2" diffrax==0.7.2
    /tmp/sde/bin/python Scripts/compare-brownian.py [--rounds 5] [--csv FILE]
        [--sizes 1,2560,32768] [--intervals 10,100,1000] [--orders forward,forward_backward,random]

A motion of `size` numbers in single precision on [0, 1] is asked for its increments over `intervals`
equal pieces: from the first to the last; the same and then back again; or each once in a random order.
Every turn makes sources of its own, so that nothing is remembered from the turn before; making them is
measured too, and where the pieces are few a turn is the mean over several. BrownianTree and
VirtualBrownianTree are told half a piece as their tolerance. "BrownianInterval" is torchsde's as sdeint
makes it, "BrownianInterval, dt" is told the piece. diffrax runs all queries of a source as one compiled
loop that adds the increments up; compiling is not measured.

The columns are microseconds a query, medians of the rounds, and how many times ours is faster, medians
of the ratios within a round, with the lowest and the highest.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import turns

turns.use_one_core()

import random
import statistics
import time

import diffrax
import jax
import jax.numpy
import torch
import torchsde

torch.set_num_threads(1)
KEYS = ("size", "intervals", "order")
# queries of a source in a turn; a turn of fewer is made of several sources
AT_LEAST = 200


def queries(intervals, order, seed):
    """The pieces in the order in which they are asked for, by their numbers."""
    forward = list(range(intervals))
    if order == "forward":
        return forward
    if order == "forward_backward":
        return forward + forward[::-1]
    return random.Random(seed).sample(forward, intervals)


def torch_sources(size, intervals):
    """torchsde's sources by name, each as a function of a seed that makes one."""
    start = torch.zeros(size)
    options = {"t0": 0.0, "t1": 1.0, "size": (size,), "dtype": torch.float32}
    return {
        "torchsde BrownianInterval": lambda seed: torchsde.BrownianInterval(
            entropy=seed, **options),
        "torchsde BrownianInterval, dt": lambda seed: torchsde.BrownianInterval(
            entropy=seed, dt=1 / intervals, **options),
        "torchsde BrownianPath": lambda seed: torchsde.BrownianPath(t0=0.0, w0=start),
        "torchsde BrownianTree": lambda seed: torchsde.BrownianTree(
            t0=0.0, w0=start, t1=1.0, entropy=seed, tol=0.5 / intervals),
    }


def time_torch(make, intervals, asked, seed):
    ends = [index / intervals for index in range(intervals + 1)]
    start = time.perf_counter()
    source = make(seed)
    for index in asked:
        source(ends[index], ends[index + 1])
    return time.perf_counter() - start


def compiled_tree(size, intervals, count):
    """A function of a seed and the order that adds up `count` increments."""
    def walk(key, asked):
        tree = diffrax.VirtualBrownianTree(
            t0=0.0, t1=1.0, tol=0.5 / intervals, key=key,
            shape=jax.ShapeDtypeStruct((size,), jax.numpy.float32))

        def step(total, index):
            return total + tree.evaluate(index / intervals, (index + 1) / intervals), None

        return jax.lax.scan(step, jax.numpy.zeros(size), asked)[0]

    run = jax.jit(walk)
    run(jax.random.key(0), jax.numpy.zeros(count, int)).block_until_ready()
    return run


def time_tree(run, asked, seed):
    key, asked = jax.random.key(seed), jax.numpy.array(asked)
    start = time.perf_counter()
    run(key, asked).block_until_ready()
    return time.perf_counter() - start


def theirs(size, intervals, order):
    """Their sources by name, each as a function of what is asked and a seed: seconds in all."""
    runs = {
        name: lambda asked, seed, make=make: time_torch(make, intervals, asked, seed)
        for name, make in torch_sources(size, intervals).items()
    }
    tree = compiled_tree(size, intervals, len(queries(intervals, order, 0)))
    runs["diffrax VirtualBrownianTree"] = lambda asked, seed: time_tree(tree, asked, seed)
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=turns.numbers, default=[1, 2560, 32768])
    parser.add_argument("--intervals", type=turns.numbers, default=[10, 100, 1000])
    parser.add_argument(
        "--orders", type=turns.words, default=["forward", "forward_backward", "random"])
    turns.add_arguments(parser)
    options = parser.parse_args()
    shapes = [
        (size, intervals, order)
        for size in options.sizes for intervals in options.intervals for order in options.orders
    ]
    table = turns.Table(KEYS, unit="microseconds_per_query")
    for shape in shapes:
        size, intervals, order = shape
        runs = theirs(*shape)
        for run in runs.values():
            run(queries(intervals, order, 0), 0)
        flags = ["--sizes", size, "--intervals", intervals, "--orders", order]
        for turn in range(options.rounds):
            for row in turns.ours(options, "brownian", flags):
                table.add(turn, shape, "ours", row["source"], row["microseconds_per_query"])
            asked = queries(intervals, order, turn)
            for name, run in runs.items():
                seeds = [1000 * turn + number for number in range(1 + AT_LEAST // len(asked))]
                seconds = [run(asked, seed) for seed in seeds]
                table.add(
                    turn, shape, "theirs", name, statistics.mean(seconds) * 1e6 / len(asked))
        if options.csv:
            table.write(options.csv)
    if not options.csv:
        table.write(None)


if __name__ == "__main__":
    main()
