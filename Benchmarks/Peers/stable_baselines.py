"""What the two libraries with the interface of Stable-Baselines are told alike."""

from typing import Any

import numpy
from stable_baselines3.common.buffers import ReplayBuffer
from stable_baselines3.common.noise import NormalActionNoise
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm

import setting
from turns import Turns


def train_in_turns(algorithm: type[OffPolicyAlgorithm], replay_rows: int, **further: Any) -> None:
    """Trains with the library's own loop, which pauses while others have their turn."""

    class Paced(algorithm):
        def train(self, gradient_steps: int, batch_size: int) -> None:
            super().train(gradient_steps, batch_size)
            turns.step_done()

    model = Paced(
        "MlpPolicy",
        setting.make_environment(),
        learning_rate=setting.LEARNING_RATE,
        buffer_size=replay_rows,
        learning_starts=0,
        batch_size=setting.BATCH,
        tau=setting.TARGET_UPDATE_RATE,
        gamma=setting.DISCOUNT,
        train_freq=1,
        gradient_steps=1,
        policy_delay=setting.POLICY_DELAY,
        target_policy_noise=setting.TARGET_NOISE,
        target_noise_clip=setting.TARGET_NOISE_CLIP,
        action_noise=NormalActionNoise(
            numpy.zeros(setting.ACTIONS), numpy.full(setting.ACTIONS, setting.EXPLORATION_NOISE)
        ),
        policy_kwargs={"net_arch": setting.HIDDEN},
        **further,
    )
    fill(model.replay_buffer, replay_rows)
    turns = Turns()
    model.learn(total_timesteps=2**60)


def fill(replay: ReplayBuffer, rows: int) -> None:
    """Fills the replay with the transitions that all contestants have, without the slow way in."""
    records = setting.noise(rows)
    at = numpy.cumsum([setting.OBSERVATIONS, setting.ACTIONS, setting.OBSERVATIONS])
    replay.observations[:, 0] = records[:, : at[0]]
    replay.actions[:, 0] = records[:, at[0] : at[1]]
    replay.next_observations[:, 0] = records[:, at[1] : at[2]]
    replay.rewards[:, 0] = records[:, -2]
    replay.dones[:, 0] = 1 - records[:, -1]
    replay.full = True
