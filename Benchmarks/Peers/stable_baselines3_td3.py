"""Stable-Baselines3's TD3 on PyTorch, through its own training loop."""

import torch
from stable_baselines3 import TD3

import setting
import stable_baselines


def main() -> None:
    options = setting.arguments()
    torch.set_num_threads(options.threads)
    stable_baselines.train_in_turns(TD3, options.replay_rows, device="cpu")


if __name__ == "__main__":
    main()
