#!/usr/bin/env python3
"""Records trajectories of the original Gymnasium tasks, which the parity tests compare with.

    python3 -m venv /tmp/gymnasium
    /tmp/gymnasium/bin/pip install "gymnasium[mujoco]==1.4.0" mujoco==4.0.0
    /tmp/gymnasium/bin/python Scripts/record-trajectories.py

Writes one safetensors file per task into Tests/CoppiceParityTests/Trajectories: for several seeds,
and for options that differ from the defaults, the actions, rewards, ends and observations, and the
state before each step, which after a reset is the state that it led to. Recording again with the
same versions on the same kind of processor gives the same bytes.
"""

import importlib.metadata
import json
import os
import pathlib
import struct
import tempfile

import gymnasium
import numpy

PINS = {"gymnasium": "1.4.0", "mujoco": "4.0.0"}
ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests" / "CoppiceParityTests" / "Trajectories"
SEEDS = [11, 12, 13]
STEPS = 200
OPTION_STEPS = {"MountainCarContinuous-v0": 200}
OTHER_OPTION_STEPS = 40
FREE_STEPS = 20

CLASSIC = {
    "Acrobot-v1": [],
    "CartPole-v1": [{"sutton_barto_reward": True}],
    "MountainCarContinuous-v0": [{"goal_velocity": 0.065}],
    "Pendulum-v1": [{"g": 9.81}],
}

# for each task, one or more sets of options, none of which is the default
MUJOCO = {
    "Ant-v5": [
        {
            "frame_skip": 3,
            "forward_reward_weight": 1.5,
            "ctrl_cost_weight": 0.25,
            "contact_cost_weight": 0.01,
            "healthy_reward": 0.5,
            "main_body": 2,
            "healthy_z_range": [0.3, 0.9],
            "contact_force_range": [-0.5, 2.0],
            "reset_noise_scale": 0.05,
            "exclude_current_positions_from_observation": False,
        },
        {
            "terminate_when_unhealthy": False,
            "healthy_z_range": [0.5, 0.7],
            "include_cfrc_ext_in_observation": False,
        },
    ],
    "HalfCheetah-v5": [
        {
            "frame_skip": 3,
            "forward_reward_weight": 2.0,
            "ctrl_cost_weight": 0.5,
            "reset_noise_scale": 0.2,
            "exclude_current_positions_from_observation": False,
        }
    ],
    "Hopper-v5": [
        {
            "frame_skip": 2,
            "forward_reward_weight": 0.5,
            "ctrl_cost_weight": 0.1,
            "healthy_reward": 2.0,
            "healthy_z_range": [0.9, 1.3],
            "healthy_angle_range": [-0.1, 0.15],
            "reset_noise_scale": 0.02,
            "exclude_current_positions_from_observation": False,
        },
        {"terminate_when_unhealthy": False, "healthy_state_range": [-0.5, 0.5]},
    ],
    "Humanoid-v5": [
        {
            "frame_skip": 3,
            "forward_reward_weight": 2.0,
            "ctrl_cost_weight": 0.3,
            "contact_cost_weight": 1e-4,
            "contact_cost_range": [0.5, 3.0],
            "healthy_reward": 1.0,
            "healthy_z_range": [1.2, 1.6],
            "reset_noise_scale": 0.05,
            "exclude_current_positions_from_observation": False,
            "include_cinert_in_observation": False,
            "include_cfrc_ext_in_observation": False,
        },
        {
            "terminate_when_unhealthy": False,
            "include_cvel_in_observation": False,
            "include_cinert_in_observation": False,
            "include_qfrc_actuator_in_observation": False,
        },
    ],
    "HumanoidStandup-v5": [
        {
            "frame_skip": 3,
            "uph_cost_weight": 2.0,
            "ctrl_cost_weight": 0.3,
            "impact_cost_weight": 1e-4,
            "impact_cost_range": [0.5, 3.0],
            "reset_noise_scale": 0.05,
            "exclude_current_positions_from_observation": False,
            "include_cinert_in_observation": False,
            "include_cfrc_ext_in_observation": False,
        },
        {
            "include_cvel_in_observation": False,
            "include_cinert_in_observation": False,
            "include_qfrc_actuator_in_observation": False,
        },
    ],
    "InvertedDoublePendulum-v5": [
        {"frame_skip": 2, "healthy_reward": 5.0, "reset_noise_scale": 0.05}
    ],
    "InvertedPendulum-v5": [{"frame_skip": 1, "reset_noise_scale": 0.1}],
    "Pusher-v5": [
        {
            "frame_skip": 3,
            "reward_near_weight": 1.5,
            "reward_dist_weight": 0.5,
            "reward_control_weight": 0.3,
        }
    ],
    "Reacher-v5": [{"frame_skip": 3, "reward_dist_weight": 2.0, "reward_control_weight": 0.5}],
    "Swimmer-v5": [
        {
            "frame_skip": 2,
            "forward_reward_weight": 3.0,
            "ctrl_cost_weight": 0.1,
            "reset_noise_scale": 0.3,
            "exclude_current_positions_from_observation": False,
        }
    ],
    "Walker2d-v5": [
        {
            "frame_skip": 2,
            "forward_reward_weight": 0.5,
            "ctrl_cost_weight": 0.1,
            "healthy_reward": 2.0,
            "healthy_z_range": [1.0, 1.5],
            "healthy_angle_range": [-0.3, 0.2],
            "reset_noise_scale": 0.02,
            "exclude_current_positions_from_observation": False,
        },
        {"terminate_when_unhealthy": False, "healthy_angle_range": [-0.1, 0.1]},
    ],
}

# large observations are kept every fifth step at first, and then every so many steps
OBSERVATION_STRIDE = {"Ant-v5": 10, "Humanoid-v5": 20, "HumanoidStandup-v5": 20}


# problems that random actions do not solve, solved by pushing the way it goes, so that ends occur
SOLUTIONS = {
    "Acrobot-v1": lambda observation: 2 if observation[5] > 0 else 0,
    "MountainCarContinuous-v0": lambda observation: numpy.where(observation[1:] < 0, -1.0, 1.0),
}


def classic_state(env):
    state = numpy.asarray(env.state)
    # single precision is part of the state where the original rounds it
    return {"state": state, "single": [float(state.dtype == numpy.float32)]}


def mujoco_state(env):
    data = env.data
    assert data.act.size == 0
    state = {
        "time": [data.time],
        "positions": data.qpos,
        "velocities": data.qvel,
        "warm-start": data.qacc_warmstart,
    }
    # what the next reward is measured from, where that is not in the state
    name = type(env).__name__
    if name == "AntEnv":
        state["origin"] = data.body(env._main_body).xpos
    if name == "HumanoidEnv":
        mass = env.model.body_mass
        state["origin"] = mass @ data.xipos / mass.sum()
    return state


def action_of(space, rng):
    if isinstance(space, gymnasium.spaces.Discrete):
        return int(rng.integers(space.n))
    # values of single precision, passed as double, so that costs are computed in double
    return rng.uniform(space.low, space.high).astype(numpy.float32).astype(numpy.float64)


def record(id, options, seed, steps, state_of):
    env = gymnasium.make(id, disable_env_checker=True, **options)
    rng = numpy.random.default_rng(seed)
    stride = OBSERVATION_STRIDE.get(id, 1)
    rows = {}

    def add(name, values):
        row = numpy.array(values, dtype=numpy.float64).reshape(-1)
        rows.setdefault(name, []).append(row)

    start = 0
    observation, _ = env.reset(seed=seed)
    for step in range(steps):
        if step == start:
            add("reset-step", [step])
            add("reset-observation", observation)
        for name, values in state_of(env.unwrapped).items():
            add(f"before-{name}", values)
        if id in SOLUTIONS and (options or seed != SEEDS[0]):
            action = SOLUTIONS[id](observation)
        elif not options or step % 10 == 0 or env.action_space.shape == ():
            action = action_of(env.action_space, rng)
            if options and env.action_space.shape != ():
                # as hard as allowed for ten steps, to reach what random actions do not
                action = numpy.where(action < 0, env.action_space.low, env.action_space.high)
                action = action.astype(numpy.float64)
        observation, reward, terminated, truncated, _ = env.step(action)
        add("action", action)
        add("reward", [reward])
        add("terminated", [terminated])
        add("truncated", [truncated])
        if step % (min(stride, 5) if step < FREE_STEPS else stride) == 0:
            add("observed-step", [step])
            add("observation", observation)
        # with options the episode goes on, into states that it would not reach otherwise
        if (terminated and not options) or truncated:
            observation, _ = env.reset()
            start = step + 1
    env.close()
    return {name: numpy.stack(values) for name, values in rows.items()}


def write(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, values in tensors.items():
        end = offset + values.nbytes
        header[name] = {"dtype": "F64", "shape": values.shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(values.astype("<f8").tobytes())
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


def main():
    for package, version in PINS.items():
        found = importlib.metadata.version(package)
        assert found == version, f"{package} {found} is installed; the recordings need {version}"
    # MuJoCo writes its log into the current folder
    os.chdir(tempfile.mkdtemp())
    for tasks, state_of in [(CLASSIC, classic_state), (MUJOCO, mujoco_state)]:
        for id, option_sets in tasks.items():
            runs = [({}, seed, STEPS) for seed in SEEDS]
            option_steps = OPTION_STEPS.get(id, OTHER_OPTION_STEPS)
            runs += [(options, SEEDS[0], option_steps) for options in option_sets]
            tensors = {}
            for number, (options, seed, steps) in enumerate(runs):
                for name, values in record(id, options, seed, steps, state_of).items():
                    tensors[f"run-{number}.{name}"] = values
            metadata = {
                "id": id,
                "runs": json.dumps([{"options": run[0], "seed": run[1]} for run in runs]),
                **PINS,
            }
            write(FOLDER / f"{id}.safetensors", tensors, metadata)


if __name__ == "__main__":
    main()
