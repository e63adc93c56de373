"""The protocol of a contestant.

Every line of standard input asks for one turn and holds its length in seconds; the answer is one
line of JSON with the steps that were taken and the seconds they took. Zero seconds are one step.
Between turns a contestant waits for its input, and nothing else.
"""

import json
import sys
import time


class Turns:
    """Counts the steps of a turn, and waits for the next one when its time is up."""

    def __init__(self) -> None:
        self._await_request()

    def step_done(self) -> None:
        """Notes a whole training step; returns when there is time for another."""
        self._steps += 1
        elapsed = time.perf_counter() - self._start
        if elapsed < self._seconds:
            return
        print(json.dumps({"steps": self._steps, "seconds": elapsed}), flush=True)
        self._await_request()

    def _await_request(self) -> None:
        line = sys.stdin.readline()
        if not line:
            sys.exit()
        self._seconds = float(line)
        self._steps = 0
        self._start = time.perf_counter()
