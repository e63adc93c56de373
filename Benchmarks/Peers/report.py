"""What a comparison measured, as JSON, CSV and Markdown."""

import json
import pathlib
import statistics
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Spread:
    """The middle measurement and the two ends."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Row:
    """What was measured of one contestant with one number of threads."""

    threads: int
    name: str
    sparsity: str
    rates: list[float]
    steps_per_second: Spread
    against_stable_baselines3: Spread
    against_jax: Spread
    processors_used: float
    seconds_to_first_update: float
    mebibytes_at_first_update: float
    peak_mebibytes: float


TABLE_COLUMNS = [
    "",
    "Sparsity",
    "Steps per second",
    "× Stable-Baselines3",
    "× JAX",
    "First update",
    "Memory",
]
CSV_COLUMNS = [
    "threads",
    "contestant",
    "sparsity",
    *(
        f"{quantity}{end}"
        for quantity in ("steps_per_second", "against_stable_baselines3", "against_jax")
        for end in ("", "_low", "_high")
    ),
    "processors_used",
    "seconds_to_first_update",
    "mebibytes_at_first_update",
    "peak_mebibytes",
]


def write(
    rows: list[Row], facts: dict[str, str], results: pathlib.Path, table: pathlib.Path
) -> None:
    """Writes `results`, a file of CSV, the same as JSON beside it, and the Markdown table."""
    document = {"schema": 1, "facts": facts, "rows": [asdict(row) for row in rows]}
    results.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
    results.with_suffix(".csv").write_text(csv(rows, facts))
    table.write_text(markdown(rows, facts, results.with_suffix(".csv").name))


def csv(rows: list[Row], facts: dict[str, str]) -> str:
    lines = [f"# {facts['command']}"]
    lines += [f"# {name}: {value}" for name, value in facts.items() if name != "command"]
    lines.append(",".join(CSV_COLUMNS))
    for row in rows:
        numbers = [f"{value:.1f}" for value in asdict(row.steps_per_second).values()]
        for ratio in (row.against_stable_baselines3, row.against_jax):
            numbers += [f"{value:.3f}" for value in asdict(ratio).values()]
        numbers += [f"{row.processors_used:.2f}", f"{row.seconds_to_first_update:.3f}"]
        numbers += [f"{row.mebibytes_at_first_update:.1f}", f"{row.peak_mebibytes:.1f}"]
        lines.append(",".join([str(row.threads), f'"{row.name}"', row.sparsity, *numbers]))
    return "\n".join(lines) + "\n"


def markdown(rows: list[Row], facts: dict[str, str], source: str) -> str:
    lines = [
        f"Whole training steps per second of TD3 on HalfCheetah-v5, {facts['machine']}, "
        f"{facts['date']}; {facts['setting']}. Medians of {facts['rounds']} in which all take "
        "turns, lowest and highest in brackets; ratios are taken within a round. *First update* is "
        "the time from the start of the process, *memory* the peak of the whole run.",
        "",
        f"`{facts['command']}` made this and [{source}](../../Results/{source}); versions: "
        f"{facts['versions']}.",
    ]
    for threads in sorted({row.threads for row in rows}):
        lines += [
            "",
            f"**{threads} thread{'s' if threads > 1 else ''}**",
            "",
            f"| {' | '.join(TABLE_COLUMNS)} |",
            "|---|---|---:|---:|---:|---:|---:|",
        ]
        for row in rows:
            if row.threads != threads:
                continue
            rate = row.steps_per_second
            cells = [
                row.name,
                row.sparsity,
                f"{rate.median:,.0f} ({rate.low:,.0f}–{rate.high:,.0f})",
                f"{row.against_stable_baselines3.median:.2f}",
                f"{row.against_jax.median:.2f}",
                f"{row.seconds_to_first_update:.2f} s",
                f"{row.peak_mebibytes:,.0f} MiB",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
