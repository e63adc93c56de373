"""Trains the same TD3 with Coppice and with its peers by turns, and writes what was measured.

Every contestant is a process that trains only when it is asked to; in every round each has one
turn, so that whatever disturbs the machine disturbs all. Run it through run.sh.
"""

import argparse
import datetime
import importlib.metadata
import os
import pathlib
import shlex
import subprocess
import sys

import report
from contestant import Contestant
from contestants import COPPICE, FOLDER, ROOT, WIDE_MKL, XLA_FLAGS, Entry, entries

PACKAGES = [
    "torch",
    "jax",
    "stable_baselines3",
    "sbx-rl",
    "sparseprop",
    "gymnasium",
    "mujoco",
    "numpy",
]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Benchmarks/Peers/run.sh", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant")
    parser.add_argument("--turn", type=float, default=2, help="seconds of a turn")
    parser.add_argument("--threads", default="1,2", help="numbers of threads, between commas")
    parser.add_argument("--replay-rows", type=int, default=100_000, help="transitions, all filled")
    parser.add_argument(
        "--results", type=pathlib.Path, help="where to write (Results/peers-MACHINE.csv)"
    )
    parser.add_argument("--table", type=pathlib.Path, default=FOLDER / "table.md")
    return parser.parse_args()


def main() -> None:
    options = parse()
    for file in (COPPICE, ROOT / ".deps" / "mujoco" / "PINS"):
        if not file.exists():
            sys.exit(f"there is no {file.relative_to(ROOT)}; run `make fetch build` first")
    facts = gather_facts(options)
    rows: list[report.Row] = []
    for threads in map(int, options.threads.split(",")):
        rows += compare(entries(threads, options.replay_rows), threads, options)
    results = options.results or ROOT / "Results" / f"peers-{slug(processor())}.csv"
    report.write(rows, facts, results, options.table)
    print(options.table.read_text())


def compare(field: list[Entry], threads: int, options: argparse.Namespace) -> list[report.Row]:
    """All rounds with one number of threads."""
    available = sorted(os.sched_getaffinity(0))
    if threads > len(available):
        sys.exit(f"{threads} threads need as many processors; there are {len(available)}")
    # from the end: the first processor has the most to do for the system
    processors = set(available[-threads:])
    contestants = []
    for entry in field:
        contestants.append(Contestant(entry, processors))
        print(f"{threads} thread(s): {entry.name} ({entry.sparsity}) has started", file=sys.stderr)
    for contestant in contestants:
        # the second step is the first that updates the actor, which some have to compile
        contestant.ask(0)
        contestant.ask(options.turn / 2)
    before = [contestant.processor_seconds for contestant in contestants]
    for number in range(options.rounds):
        for contestant in contestants:
            contestant.take_turn(options.turn)
        print(f"{threads} thread(s): round {number + 1} of {options.rounds}", file=sys.stderr)
    others = options.rounds * options.turn * (len(contestants) - 1)
    for contestant, start in zip(contestants, before):
        own = sum(turn.processor_seconds for turn in contestant.turns)
        idle = contestant.processor_seconds - start - own
        if idle > 0.01 * others:
            name = f"{contestant.entry.name} ({contestant.entry.sparsity})"
            sys.exit(f"{name} computed for {idle:.2f} s out of turn; nothing is written")
    rows = [row(contestant, threads, contestants) for contestant in contestants]
    for contestant in contestants:
        contestant.end()
    return rows


def row(contestant: Contestant, threads: int, contestants: list[Contestant]) -> report.Row:
    def against(name: str) -> report.Spread:
        other = next(other for other in contestants if other.entry.name == name)
        ratios = [ours.rate / theirs.rate for ours, theirs in zip(contestant.turns, other.turns)]
        return report.Spread.of(ratios)

    rates = [turn.rate for turn in contestant.turns]
    spent = sum(turn.processor_seconds for turn in contestant.turns)
    return report.Row(
        threads=threads,
        name=contestant.entry.name,
        sparsity=contestant.entry.sparsity,
        rates=rates,
        steps_per_second=report.Spread.of(rates),
        against_stable_baselines3=against("Stable-Baselines3"),
        against_jax=against("JAX, one jit"),
        processors_used=spent / sum(turn.seconds for turn in contestant.turns),
        seconds_to_first_update=contestant.seconds_to_first_update,
        mebibytes_at_first_update=contestant.mebibytes_at_first_update,
        peak_mebibytes=contestant.peak_mebibytes,
    )


def gather_facts(options: argparse.Namespace) -> dict[str, str]:
    """The command, the machine and the versions."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    coppice = output(str(COPPICE), "--version")
    python = sys.version.split()[0]
    # also brings the libraries into the page cache, so that the first to start has no disadvantage
    probe = "import jax, torch, sbx; print(torch.backends.cpu.get_cpu_capability())"
    # the table is what an earlier comparison wrote
    sources = ["Sources", "Benchmarks", ":!Benchmarks/Peers/table.md"]
    changes = output("git", "status", "--porcelain", "--", *sources)
    return {
        "command": shlex.join(["Benchmarks/Peers/run.sh", *sys.argv[1:]]),
        "machine": f"{processor()}, {len(os.sched_getaffinity(0))} processors",
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "commit": output("git", "rev-parse", "HEAD") + (" with changes" if changes else ""),
        "versions": ", ".join([f"coppice {coppice}", f"Python {python}", *versions]),
        "vectors": f"PyTorch {output(sys.executable, '-c', probe)}, MKL "
        + ("told to use them" if WIDE_MKL.exists() else "as it comes")
        + f", XLA with one thread {' '.join(XLA_FLAGS)}",
        "setting": "observation 17, action 6, hidden 256-256, batch 256, policy delay 2, one "
        f"environment, one update a step, a full replay of {options.replay_rows:,} transitions",
        "rounds": f"{options.rounds} rounds of {options.turn:g} s",
    }


def output(*command: str) -> str:
    """What a command prints."""
    result = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return result.stdout.strip()


def processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else os.uname().machine


def slug(text: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return "-".join(words)


if __name__ == "__main__":
    main()
