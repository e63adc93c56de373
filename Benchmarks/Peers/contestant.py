"""A contestant that runs: it is asked for turns, and watched through what the system says of it."""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass

from contestants import UNSET, Entry

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Turn:
    """What a contestant did when it was its turn."""

    steps: int
    seconds: float
    processor_seconds: float

    @property
    def rate(self) -> float:
        return self.steps / self.seconds


class Contestant:
    """A process on processors of its own choice; between turns it waits for its input."""

    def __init__(self, entry: Entry, processors: set[int]) -> None:
        """Starts the process and waits until its first update is done."""
        self.entry = entry
        self.turns: list[Turn] = []
        self.complaints = tempfile.TemporaryFile(mode="w+")
        # MuJoCo writes its log into the current folder
        self.folder = tempfile.TemporaryDirectory()
        environment = {name: value for name, value in os.environ.items() if name not in UNSET}
        everywhere = os.sched_getaffinity(0)
        os.sched_setaffinity(0, processors)
        start = time.perf_counter()
        self.process = subprocess.Popen(
            entry.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            cwd=self.folder.name,
            text=True,
            env={**environment, **entry.environment},
        )
        os.sched_setaffinity(0, everywhere)
        self.ask(0)
        self.seconds_to_first_update = time.perf_counter() - start
        self.mebibytes_at_first_update = self.peak_mebibytes

    def ask(self, seconds: float) -> Turn:
        """Lets the contestant train for about `seconds`, one step at least."""
        before = self.processor_seconds
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.complaints.seek(0)
            said = self.complaints.read().strip().splitlines()[-5:]
            name = f"{self.entry.name} ({self.entry.sparsity})"
            raise SystemExit("\n".join([f"{name} ended before its turn did:", *said]))
        answer = json.loads(line)
        spent = self.processor_seconds - before
        return Turn(answer["steps"], answer["seconds"], spent)

    def take_turn(self, seconds: float) -> None:
        """A turn that counts."""
        self.turns.append(self.ask(seconds))

    @property
    def processor_seconds(self) -> float:
        """The time that all threads of the process have spent on processors so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def peak_mebibytes(self) -> float:
        """The most memory that the process has held so far."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            peak = next(line for line in file if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024

    def end(self) -> None:
        """Lets the process end."""
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()
