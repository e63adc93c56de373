#!/usr/bin/env python3
"""Measures battles of our worlds and of MAgent2's engine, turn by turn on one thread.

    python3 -m venv /tmp/magent
    /tmp/magent/bin/pip install magent2==0.3.4 numpy==2.4.6 pettingzoo==1.27.0 gymnasium==1.4.0
    /tmp/magent/bin/python Scripts/compare-worlds.py [--agents 100,1000] [--rounds 5] [--csv FILE]

Both worlds are alike: the soldiers of battle, half of them on each side, mixed all over a square at
0.08 agents a cell, and random actions, drawn before the clock runs. MAgent2 is driven through its own
interface for many agents, without its wrapper; where agents observe, it writes views and features of
both groups into arrays that it keeps. 50 steps are measured after 50 others, and agents that live are
counted. The columns are millions of agent-steps a second, medians of the rounds, and how many times
ours are faster, medians of the ratios within a round, with the lowest and the highest.
"""

import argparse
import csv
import json
import math
import pathlib
import statistics
import subprocess
import sys
import time

import numpy
from magent2.environments.battle.battle import get_config
from magent2.gridworld import GridWorld

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / ".build" / "release" / "coppice"
DENSITY = 0.08
WARM_UP = MEASURED = 50
OURS = {
    "steps": "step_per_second",
    "panels": "step_and_observe_per_second",
    "arrays": "step_and_write_per_second",
}


def their_world(agents, seed):
    """Two armies, mixed all over a field that is as large as ours."""
    size = max(12, math.ceil(math.sqrt(agents / DENSITY)) + 2)
    rewards = {"step_reward": -0.005, "dead_penalty": -0.1, "attack_penalty": -0.1,
               "attack_opponent_reward": 0.2}
    world = GridWorld(get_config(size, False, seed, **rewards), map_size=size)
    world.set_seed(seed)
    world.reset()
    handles = world.get_handles()
    for handle, count in zip(handles, [(agents + 1) // 2, agents // 2]):
        world.add_agents(handle, method="random", n=count)
    return world, handles


def play_theirs(agents, seed, observes):
    world, handles = their_world(agents, seed)
    actions = [world.get_action_space(handle)[0] for handle in handles]
    draw = numpy.random.default_rng(seed)
    seconds, agent_steps = 0.0, 0
    for step in range(WARM_UP + MEASURED):
        counts = [world.get_num(handle) for handle in handles]
        chosen = [
            draw.integers(0, count, size=number, dtype=numpy.int32)
            for count, number in zip(actions, counts)
        ]
        start = time.perf_counter()
        for handle, action in zip(handles, chosen):
            world.set_action(handle, action)
        world.step()
        world.clear_dead()
        if observes:
            for handle in handles:
                world.get_observation(handle)
        if step >= WARM_UP:
            seconds += time.perf_counter() - start
            agent_steps += sum(counts)
    return agent_steps / seconds


def play_ours(agents):
    out = subprocess.run(
        [TOOL, "benchmark", "world", "--agents", str(agents), "--threads", "1",
         "--density", str(DENSITY), "--json"],
        check=True, capture_output=True, text=True).stdout
    row = json.loads(out)["rows"][0]
    return {name: row.get(key) for name, key in OURS.items()}


def compare(agents, rounds):
    rows = []
    for turn in range(rounds):
        ours = play_ours(agents)
        theirs = {kind: play_theirs(agents, turn, kind == "observed") for kind in ("bare", "observed")}
        rows.append((ours, theirs))
    result = {"agents": agents}
    for name in OURS:
        kind = "bare" if name == "steps" else "observed"
        pairs = [(ours[name], theirs[kind]) for ours, theirs in rows if ours[name]]
        ratios = [our / their for our, their in pairs]
        result |= {
            f"{name}": round(statistics.median(our for our, _ in pairs) / 1e6, 2),
            f"magent2_{name}": round(statistics.median(their for _, their in pairs) / 1e6, 2),
            f"{name}_ratio": round(statistics.median(ratios), 2),
            f"{name}_ratio_low": round(min(ratios), 2),
            f"{name}_ratio_high": round(max(ratios), 2),
        }
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", default="100,1000,10000,100000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--csv", type=pathlib.Path)
    options = parser.parse_args()
    results = [compare(int(count), options.rounds) for count in options.agents.split(",")]
    out = options.csv.open("w", newline="") if options.csv else sys.stdout
    writer = csv.DictWriter(out, fieldnames=list(results[0]))
    writer.writeheader()
    writer.writerows(results)


if __name__ == "__main__":
    main()
