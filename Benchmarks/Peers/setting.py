"""What all contestants have in common: the task, the sizes, the hyper-parameters and the replay."""

import argparse

import gymnasium
import numpy

ENVIRONMENT = "HalfCheetah-v5"
OBSERVATIONS = 17
ACTIONS = 6
HIDDEN = [256, 256]

BATCH = 256
DISCOUNT = 0.99
TARGET_UPDATE_RATE = 0.005
POLICY_DELAY = 2
EXPLORATION_NOISE = 0.1
TARGET_NOISE = 0.2
TARGET_NOISE_CLIP = 0.5
LEARNING_RATE = 3e-4

# numbers of a transition: observation, action, next observation, reward, continuation
RECORD = 2 * OBSERVATIONS + ACTIONS + 2


def arguments(**further: dict) -> argparse.Namespace:
    """The flags of every contestant, and what one of them needs besides."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--replay-rows", type=int, default=100_000)
    for name, options in further.items():
        parser.add_argument(f"--{name}", **options)
    return parser.parse_args()


def make_environment() -> gymnasium.Env:
    """The task without the checks that are meant for authors of environments."""
    return gymnasium.make(ENVIRONMENT, disable_env_checker=True)


def noise(rows: int) -> numpy.ndarray:
    """Random transitions, one a row, every thousandth of which ends its episode."""
    records = numpy.random.default_rng(3).random((rows, RECORD), dtype=numpy.float32) * 2 - 1
    records[:, -1] = 1
    records[999::1000, -1] = 0
    return records
