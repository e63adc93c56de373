"""SBX's TD3 on JAX, through its own training loop."""

from sbx import TD3

import setting
import stable_baselines


def main() -> None:
    options = setting.arguments()
    stable_baselines.train_in_turns(TD3, options.replay_rows)


if __name__ == "__main__":
    main()
