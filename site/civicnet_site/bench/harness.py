"""The harness: each contender works in a process of its own, and they take turns.

A machine's speed drifts, so figures of one run are compared pair by pair; the median of the pairs is what counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from statistics import median

ROUNDS = 7
SECONDS = 0.7


@dataclass(frozen=True, slots=True)
class Options:
    """What of a benchmark is run, and how long."""

    only: tuple[str, ...] = ()
    rounds: int = ROUNDS
    quick: bool = False
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    growth: bool = False
    memory: bool = False

    def wants(self, figure: str) -> bool:
        """Whether a figure is asked for, by its name or a pattern such as ``*.vs_yoga``."""
        return not self.only or any(fnmatchcase(figure, pattern) for pattern in self.only)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside its rival's. ``met`` is None where no target is set.

    ``spread`` holds the least and the greatest ratio of a round. Where nothing could be measured, the numbers are None and
    ``reason`` says why.
    """

    figure: str
    unit: str
    ours: float | None
    rival: float | None
    ratio: float | None
    target: float | None
    met: bool | None
    database: str = ""
    spread: tuple[float, float] | None = None
    rounds: int = 0
    reason: str = ""
    # By contestant, or by program: how it was started or asked, which version it is, what else was counted.
    commands: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> str:
        """One object on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_line(self) -> str:
        """One line for a person."""
        name = f"{self.figure} [{self.database}]" if self.database else self.figure
        if self.reason:
            return f"{name:<64} left out: {self.reason}"
        verdict = {True: "met", False: "NOT met", None: "no target"}[self.met]
        if self.rival is None:
            return f"{name:<64} ours {self.ours:>9} {self.unit} target {self.target} ({verdict})"
        spread = f" [{self.spread[0]}-{self.spread[1]}]" if self.spread else ""
        return (
            f"{name:<64} ours {self.ours:>9} rival {self.rival:>9} {self.unit:<11} "
            f"ratio {self.ratio:>6}{spread} target {self.target} ({verdict})"
        )


def left_out(figure: str, kind: str, reason: str, *, unit: str, target: float | None) -> Figure:
    """A figure that could not be measured on a kind of database, and why."""
    return Figure(figure, unit, None, None, None, target, None, database=kind, reason=reason)


class Contender:
    """A process that does one thing over and over when told to, and says how often it managed."""

    def __init__(self, module: str, name: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", module, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, seconds: float) -> float:
        """Runs a second over about this time."""
        return float(self._ask(str(seconds))["rate"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None  # noqa: S101 — both are pipes
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def _ask(self, line: str) -> dict[str, float]:
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101 — both are pipes
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer


def contend(work: Callable[[], None]) -> None:
    """The contender's side: do the work for as long as each line of standard input says."""
    work()
    for line in sys.stdin:
        until, began, done = time.perf_counter() + float(line), time.perf_counter(), 0
        while time.perf_counter() < until:
            work()
            done += 1
        rate = done / (time.perf_counter() - began)
        sys.stdout.write(json.dumps({"rate": rate}) + "\n")
        sys.stdout.flush()


@contextmanager
def contenders(module: str, *names: str) -> Iterator[list[Contender]]:
    """Contenders for the length of a block."""
    with ExitStack() as stack:
        started = [Contender(module, name) for name in names]
        for one in started:
            stack.callback(one.close)
        yield started


def compare(figure: str, ours: Contender, rival: Contender, *, target: float | None) -> Figure:
    """Requests a second of both, taking turns; the ratio is the median over the pairs."""
    pairs = [(ours.run(SECONDS), rival.run(SECONDS)) for _round in range(ROUNDS)]
    ratio = median(mine / theirs for mine, theirs in pairs)
    return Figure(
        figure=figure,
        unit="requests/s",
        ours=round(median(mine for mine, _theirs in pairs), 1),
        rival=round(median(theirs for _mine, theirs in pairs), 1),
        ratio=round(ratio, 2),
        target=target,
        met=None if target is None else ratio >= target,
    )
