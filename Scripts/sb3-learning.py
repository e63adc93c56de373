"""Trains Stable-Baselines3's TD3 or SAC and writes its evaluations as Scripts/record-results.sh does.

    .deps/peers/bin/python Scripts/sb3-learning.py {td3,sac} ENVIRONMENT STEPS \\
        --seeds 1,2,3 --out Results/NAME.csv

Benchmarks/Peers/run.sh installs what it needs into .deps/peers; LD_PRELOAD=.deps/peers/wide_mkl.so makes
it faster on AMD processors. The sizes and hyper-parameters are Coppice's defaults; whatever is not set
here is the library's. Evaluations take no noise, in environments of their own. The file is written anew
after every evaluation.
"""

import argparse
import datetime
import platform
import sys
from pathlib import Path

import gymnasium
import numpy
import stable_baselines3
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.noise import NormalActionNoise

COLUMNS = (
    "environment,algorithm,sparsity,seed,environment_step,episodes,mean_return,standard_deviation"
)


def arguments() -> argparse.Namespace:
    """What is trained, and where the results go."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("algorithm", choices=("td3", "sac"))
    parser.add_argument("environment")
    parser.add_argument("steps", type=int)
    parser.add_argument("--seeds", default="1", help="seeds between commas")
    parser.add_argument("--out", help="the CSV; standard output without")
    parser.add_argument("--warm-up-steps", type=int, default=25_000)
    parser.add_argument("--evaluation-every", type=int, default=5_000)
    parser.add_argument("--evaluation-episodes", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def play(model: BaseAlgorithm, environment: gymnasium.Env, seed: int) -> float:
    """The sum of rewards of one episode without noise."""
    observation, _ = environment.reset(seed=seed)
    total, is_over = 0.0, False
    while not is_over:
        action, _ = model.predict(observation, deterministic=True)
        observation, reward, terminated, truncated, _ = environment.step(action)
        total += float(reward)
        is_over = terminated or truncated
    return total


class Evaluations(BaseCallback):
    """Plays episodes on schedule and hands their returns on."""

    def __init__(self, options: argparse.Namespace, seed: int, record) -> None:
        super().__init__()
        self.options, self.seed, self.record = options, seed, record
        self.environment = gymnasium.make(options.environment)

    def _on_step(self) -> bool:
        if self.num_timesteps % self.options.evaluation_every == 0:
            # episodes of an evaluation differ, and so do evaluations and seeds
            first = (self.seed * 1_000_003 + self.num_timesteps) * 1_000 % 2**31
            returns = [
                play(self.model, self.environment, first + episode)
                for episode in range(self.options.evaluation_episodes)
            ]
            self.record(self.seed, self.num_timesteps, returns)
        return True


def agent(options: argparse.Namespace, seed: int) -> BaseAlgorithm:
    """The untrained agent with Coppice's sizes and hyper-parameters."""
    environment = gymnasium.make(options.environment)
    shared = dict(
        policy="MlpPolicy",
        env=environment,
        learning_rate=3e-4,
        buffer_size=1_000_000,
        learning_starts=options.warm_up_steps,
        batch_size=256,
        tau=0.005,
        gamma=0.99,
        train_freq=1,
        gradient_steps=1,
        policy_kwargs={"net_arch": [256, 256]},
        seed=seed,
        device="cpu",
    )
    if options.algorithm == "sac":
        return stable_baselines3.SAC(**shared, ent_coef="auto", target_update_interval=1)
    actions = environment.action_space.shape
    return stable_baselines3.TD3(
        **shared,
        action_noise=NormalActionNoise(numpy.zeros(actions), numpy.full(actions, 0.1)),
        policy_delay=2,
        target_policy_noise=0.2,
        target_noise_clip=0.5,
    )


def train(options: argparse.Namespace, seed: int, record) -> None:
    """One run from beginning to end."""
    model = agent(options, seed)
    model.learn(total_timesteps=options.steps, callback=Evaluations(options, seed, record))


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    lines = [
        f"# Scripts/sb3-learning.py {' '.join(sys.argv[1:])}",
        f"# stable_baselines3 {stable_baselines3.__version__}, torch {torch.__version__}, "
        f"gymnasium {gymnasium.__version__}, {platform.machine()}, "
        f"{datetime.datetime.now(datetime.timezone.utc):%F}",
        COLUMNS,
    ]

    def record(seed: int, step: int, returns: list[float]) -> None:
        lines.append(
            f"{options.environment},sb3-{options.algorithm},dense,{seed},{step},{len(returns)},"
            f"{numpy.mean(returns):.3f},{numpy.std(returns):.3f}"
        )
        print(lines[-1], file=sys.stderr, flush=True)
        if options.out:
            partial = Path(options.out + ".partial")
            partial.write_text("\n".join(lines) + "\n")
            partial.rename(options.out)

    for seed in map(int, options.seeds.split(",")):
        train(options, seed, record)
    if not options.out:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
