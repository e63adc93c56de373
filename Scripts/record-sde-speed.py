#!/usr/bin/env python3
"""Measures what a second thread and sparse networks gain for gradients of our solvers, in turns.

    Scripts/record-sde-speed.py --csv Results/FILE.csv [--rounds 3]
        [--sparsity static@80%,static@90%,2:4] [--flags "--states 96"]

A round runs `coppice benchmark sde` with one thread and with two, for dense and sparse networks alike. The
columns are seconds, medians of the rounds, and how many times faster that is than one thread with dense
networks, medians of the ratios within a round, with the lowest and the highest. Leave the machine alone while
it runs: a second thread needs a core of its own.
"""

import argparse
import collections
import csv
import pathlib
import shlex
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import turns

SHAPE = ("solver", "adjoint", "noise", "state", "width", "batch", "steps")
WAY = ("sparsity", "threads")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sparsity", default="static@80%,static@90%,2:4")
    turns.add_arguments(parser)
    options = parser.parse_args()
    if options.rounds < 1 or not options.csv:
        sys.exit("expected at least one round and --csv FILE")

    seconds = collections.defaultdict(list)
    for _ in range(options.rounds):
        for threads in (1, 2):
            flags = ["--threads", threads, "--sparsity", f"dense,{options.sparsity}"]
            for row in turns.ours(options, "sde", flags):
                key = tuple(row[name] for name in SHAPE), tuple(row[name] for name in WAY)
                seconds[key].append(row["seconds"])

    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=turns.ROOT, check=True, capture_output=True, text=True)
    part = options.csv.with_name(options.csv.name + ".partial")
    with part.open("w", newline="") as out:
        out.write(f"# Scripts/record-sde-speed.py {shlex.join(sys.argv[1:])}\n")
        out.write(f"# commit {commit.stdout.strip()}, {processor()}\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*SHAPE, *WAY, "seconds", "ratio", "ratio_low", "ratio_high"])
        for (shape, way), own in seconds.items():
            ratios = [base / mine for base, mine in zip(seconds[shape, ("dense", 1)], own)]
            writer.writerow([
                *shape, *way,
                *map(turns.digits, (
                    statistics.median(own), statistics.median(ratios), min(ratios), max(ratios))),
            ])
    part.replace(options.csv)


def processor():
    """What this machine calls its processor."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "an unknown processor"


if __name__ == "__main__":
    main()
