#!/usr/bin/env python3
"""Records what the package rliable says of some scores, which the tests of our statistics compare with.

    python3 -m venv /tmp/rliable
    /tmp/rliable/bin/pip install rliable==1.2.0 pandas==2.3.3
    /tmp/rliable/bin/python Scripts/record-rliable.py

Writes Tests/CoppiceReportsTests/Golden/rliable.json: for a small matrix with ties and for random matrices of
several shapes the scores, the point estimates of all aggregates, profiles, probabilities of improvement, and
percentile intervals of the stratified bootstrap. One pair is that of the package's own tests; its
examples load theirs from the network.
"""

import importlib.metadata
import json
import pathlib

import numpy
from rliable import library, metrics

PIN = "1.2.0"
RESAMPLES = 20_000
OUT = (
    pathlib.Path(__file__).resolve().parent.parent
    / "Tests" / "CoppiceReportsTests" / "Golden" / "rliable.json"
)
AGGREGATES = {
    "median": metrics.aggregate_median,
    "IQM": metrics.aggregate_iqm,
    "mean": metrics.aggregate_mean,
    "optimality gap": metrics.aggregate_optimality_gap,
}


def inputs() -> dict[str, tuple[numpy.ndarray, numpy.ndarray]]:
    """Pairs of score matrices, runs by tasks."""
    random = numpy.random.default_rng(2108)
    pairs = {
        "one score": (numpy.array([[0.75]]), numpy.array([[0.5]])),
        "ties": (
            numpy.array([[1.0, 0.5, 0.2], [1.0, 0.7, 0.2], [0.3, 0.5, 0.9], [1.0, 0.5, 0.4]]),
            numpy.array([[1.0, 0.5, 0.2], [0.9, 0.5, 0.3], [0.3, 0.8, 0.9], [1.0, 0.4, 0.4]]),
        ),
        "equal": (numpy.array([[0.1, 2.0], [0.4, 1.0]]), numpy.array([[0.1, 2.0], [0.4, 1.0]])),
    }
    # the scores of the package's library_test
    pairs["numbers in order"] = (
        numpy.arange(80, dtype=float).reshape(5, 16), numpy.arange(80)[::-1].reshape(5, 16) + 0.5
    )
    for runs, others, tasks in [(3, 3, 1), (3, 5, 2), (10, 10, 26), (5, 4, 6), (7, 7, 11)]:
        skew = random.uniform(0.2, 3, size=tasks)
        pairs[f"{runs} runs, {others} others, {tasks} tasks"] = (
            random.gamma(2, skew, size=(runs, tasks)) - 0.3,
            random.gamma(2, skew, size=(others, tasks)) - 0.5,
        )
    return pairs


def record(name: str, first: numpy.ndarray, second: numpy.ndarray) -> dict:
    """Everything that is compared for one pair."""
    thresholds = numpy.linspace(-0.5, 4, 19)
    # the package draws from the global generator of numpy, whatever it is given
    numpy.random.seed(7)
    values, intervals = library.get_interval_estimates(
        {"scores": first},
        lambda scores: numpy.array([f(scores) for f in AGGREGATES.values()]),
        reps=RESAMPLES,
    )
    pair_value, pair_interval = library.get_interval_estimates(
        {"pair": (first, second)},
        lambda x, y: numpy.array([metrics.probability_of_improvement(x, y)]),
        reps=2_000,
    )
    profile, profile_interval = library.create_performance_profile(
        {"scores": first}, thresholds, reps=2_000
    )
    mean_profile, _ = library.create_performance_profile(
        {"scores": first}, thresholds, use_score_distribution=False, reps=10
    )
    return {
        "name": name,
        "scores": first.tolist(),
        "others": second.tolist(),
        "aggregates": dict(zip(AGGREGATES, values["scores"].tolist())),
        "intervals": dict(zip(AGGREGATES, intervals["scores"].T.tolist())),
        "improvement": float(pair_value["pair"][0]),
        "improvement_interval": pair_interval["pair"][:, 0].tolist(),
        "thresholds": thresholds.tolist(),
        "profile": profile["scores"].tolist(),
        "profile_interval": profile_interval["scores"].T.tolist(),
        "mean_profile": mean_profile["scores"].tolist(),
    }


def main() -> None:
    found = importlib.metadata.version("rliable")
    if found != PIN:
        raise SystemExit(f"rliable {found} is installed, {PIN} is wanted; see the top of this file")
    document = {
        "rliable": found,
        "resamples": RESAMPLES,
        "cases": [record(name, *pair) for name, pair in inputs().items()],
    }
    partial = OUT.with_suffix(".partial")
    partial.write_text(json.dumps(document, indent=1) + "\n")
    partial.replace(OUT)
    print(f"wrote {OUT}")


if __name__ == "__main__":
    main()
