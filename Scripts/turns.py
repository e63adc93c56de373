"""What comparisons of our tool with a library in Python share: one core, turns, medians of ratios."""

import collections
import csv
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / ".build" / "release" / "coppice"


def use_one_core():
    """Keeps this process, and what it starts, on one core; before numerical libraries are imported."""
    os.environ["XLA_FLAGS"] = (
        "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 "
        + os.environ.get("XLA_FLAGS", ""))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def numbers(text):
    return [int(number) for number in text.split(",")]


def words(text):
    return text.split(",")


def add_arguments(parser):
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--csv", type=pathlib.Path)
    parser.add_argument("--tool", default=str(TOOL), help="our tool, with arguments of its own")
    parser.add_argument("--flags", default="", help="what our benchmark is told besides --json")


def ours(options, benchmark, flags=()):
    """The rows of one run of `coppice benchmark`."""
    command = [*shlex.split(options.tool), "benchmark", benchmark, "--json", *map(str, flags),
               *shlex.split(options.flags)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(out)["rows"]


class Table:
    """Measurements by shape, side and name, a number a turn."""

    def __init__(self, keys, unit):
        self.keys, self.unit = keys, unit
        self.values = collections.defaultdict(dict)

    def add(self, turn, shape, side, name, value):
        self.values[(shape, side, name)][turn] = value

    def rows(self):
        """Every one of theirs beside every one of ours of that shape; alone where there is none."""
        for (shape, side, name), their in self.values.items():
            if side != "theirs":
                continue
            row = dict(zip(self.keys, shape)) | {
                "theirs": name, f"their_{self.unit}": digits(statistics.median(their.values()))}
            partners = [
                (other, our) for (at, whose, other), our in self.values.items()
                if at == shape and whose == "ours"
            ]
            for other, our in partners or [("", {})]:
                ratios = [their[turn] / our[turn] for turn in their if turn in our]
                yield row | {
                    "ours": other,
                    f"our_{self.unit}": digits(statistics.median(our.values())) if our else "",
                    "ratio": digits(statistics.median(ratios)) if ratios else "",
                    "ratio_low": digits(min(ratios)) if ratios else "",
                    "ratio_high": digits(max(ratios)) if ratios else "",
                }

    def write(self, path):
        """Writes what there is so far, in place of what was written before."""
        rows = list(self.rows())
        if not rows:
            sys.exit("nothing was measured")
        if not any(row["ours"] for row in rows):
            print("no row of ours has one of these shapes", file=sys.stderr)
        out = path.open("w", newline="") if path else sys.stdout
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def digits(value):
    """Four significant digits, without an exponent where there need be none."""
    return float(f"{value:.4g}")
