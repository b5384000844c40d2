"""`make test`: the checks, pytest on every database that is here, and the journeys in a real browser.

`tests/run.py PART ...` runs some parts only: checks, mypy, sqlite, postgresql, journeys, audit.

Parts run side by side, so that no processor waits while one migrates or ends; each part's lines come when those before it
have ended.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Event
from urllib.request import urlopen

from civicnet_site.own_postgresql import NoServer, own_server, programs

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHROMIUM = Path("/usr/bin/chromium")
# In CI nothing may be left out: what is missing fails the run.
COMPLETE = os.environ.get("CI") == "true"
_NOT_INHERITED = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
EXCUSED = re.compile(r"SKIPPED \[(\d+)\] .*: the shared (?:rosters|regulations) are not on this machine")
CLOSING_LINE = re.compile(r"=+ .*\bin \d[\d.:]*s\b.* =+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one part ended: passed, failed, or left out, and the sentence or pytest line that says so.

    ``excused`` is how many of its tests read shared data that may not be copied into the project, and are not beside it.
    """

    part: str
    state: str
    line: str
    excused: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A part that runs: how many of its tests at a time, and what it says until it is heard."""

    at_a_time: int = 1
    lines: SimpleQueue[str | None] = field(default_factory=SimpleQueue)

    def say(self, line: str) -> None:
        """Say a line, or several, when it is this part's turn."""
        self.lines.put(line if line.endswith("\n") else line + "\n")


def checks(turn: Turn) -> Outcome:
    """Everything a machine can say without running the product."""
    # Two at a time: mypy takes as long as all the others.
    with ThreadPoolExecutor(2) as pool:
        passed = dict(zip(_checks(), pool.map(lambda one: _passes(turn, *one), _checks().items()), strict=True))
    failed = [name for name, good in passed.items() if not good]
    if failed:
        return Outcome("checks", "failed", f"{', '.join(failed)}: see above.")
    return Outcome("checks", "passed", f"{', '.join(_checks())}.")


def mypy(turn: Turn) -> Outcome:
    """The types alone, for the hook that runs before a commit."""
    if _passes(turn, "mypy", _checks()["mypy"]):
        return Outcome("mypy", "passed", "the types fit.")
    return Outcome("mypy", "failed", "see above.")


def sqlite(turn: Turn) -> Outcome:
    """All tests on SQLite."""
    return _pytest(turn, "SQLite", *_workers(turn), database=None)


def postgresql(turn: Turn) -> Outcome:
    """All tests that ask a database, on PostgreSQL, on a server of our own; but those marked as SQLite's."""
    folder = programs()
    if folder is None:
        return Outcome("PostgreSQL", "left out", "its server is not installed (on Debian: apt-get install postgresql).")
    try:
        with own_server(folder) as address:
            return _pytest(turn, "PostgreSQL", *_workers(turn), database=address)
    except NoServer as error:
        return Outcome("PostgreSQL", "failed", str(error))


def journeys(turn: Turn) -> Outcome:
    """People's whole ways through the product, in Chromium, on SQLite."""
    if not CHROMIUM.exists():
        return Outcome("journeys", "left out", "Chromium is not installed (on Debian: apt-get install chromium).")
    if not _speaks_chinese():
        missing = "no font here has Chinese letters (on Debian: apt-get install fonts-noto-cjk)."
        return Outcome("journeys", "left out", missing)
    return _pytest(turn, "journeys", "-m", "journey and not soak", "tests/journeys", database=None)


def audit(turn: Turn) -> Outcome:
    """Known faults of the packages we pin. What others publish changes without us: a part of its own, not of the whole run."""
    if not _advisories_answer():
        return Outcome("audit", "left out", "the advisory service does not answer from here.")
    found: list[str] = []
    for name in ("base", "demo", "dev"):
        # Of the pinned files alone: nothing is installed, and no registry is asked.
        command = [BIN / "pip-audit", "-r", f"requirements/{name}.txt", "--disable-pip", "--require-hashes"]
        given = ["-s", "osv", "-f", "json", "--progress-spinner", "off"]
        done = subprocess.run([*command, *given], cwd=ROOT, capture_output=True, text=True)
        try:
            packages = json.loads(done.stdout)["dependencies"]
        except ValueError:
            return Outcome("audit", "left out", done.stderr.strip().splitlines()[-1] if done.stderr else "no answer.")
        found += [f"{one['name']} {fault['id']}" for one in packages for fault in one.get("vulns", ())]
    if found:
        return Outcome("audit", "failed", f"known faults: {', '.join(sorted(set(found)))}.")
    return Outcome("audit", "passed", "no known fault in what is pinned.")


PARTS: dict[str, Callable[[Turn], Outcome]] = {
    "checks": checks,
    "mypy": mypy,
    "sqlite": sqlite,
    "postgresql": postgresql,
    "journeys": journeys,
    "audit": audit,
}
WHOLE_RUN = ("checks", "sqlite", "postgresql", "journeys")
DATABASES = {"sqlite", "postgresql"}
# On two processors: some tests wait more than they work.
TESTS_AT_A_TIME = 4
# The journeys begin when the fewer tests of PostgreSQL have ended: beside both databases' they would wait too long for pages.
AFTER_EACH_OTHER = {"postgresql", "journeys"}
_running: set[subprocess.Popen[str]] = set()
_stopped = Event()


def main(chosen: list[str]) -> int:
    """Run the parts and close with what passed, what failed and what was left out."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if unknown := sorted(set(chosen) - set(PARTS)):
        print(f"Unknown part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    outcomes = _run([*dict.fromkeys(chosen)] or WHOLE_RUN)
    print("\nWhat was tested, and what was not:")
    for outcome in outcomes:
        # pytest's own closing line stands alone, as every reader of test logs expects it.
        gap = "\n" if CLOSING_LINE.fullmatch(outcome.line) else " "
        print(f"{outcome.part} {outcome.state}:{gap}{outcome.line}")
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0


def _run(names: Sequence[str]) -> list[Outcome]:
    turns = {name: Turn(TESTS_AT_A_TIME // max(1, len(DATABASES & set(names)))) for name in names}
    with ThreadPoolExecutor(max(1, len(names))) as pool, TemporaryDirectory() as kept:
        # What the tests on SQLite migrated, the city of the journeys begins with.
        os.environ["CIVICNET_TESTS_MIGRATED"] = str(Path(kept) / "migrated.sqlite3")
        lanes = [[name] for name in names if name not in AFTER_EACH_OTHER]
        lanes.append([name for name in names if name in AFTER_EACH_OTHER])
        begun = [pool.submit(_lane, lane, turns) for lane in lanes]
        try:
            for turn in turns.values():
                while (line := turn.lines.get()) is not None:
                    print(line, end="", flush=True)
        except BaseException:
            _stopped.set()
            for process in tuple(_running):
                process.terminate()
            raise
        outcomes = {outcome_of: outcome for lane in begun for outcome_of, outcome in lane.result().items()}
    return [_complete(outcomes[name]) for name in names]


def _lane(names: Sequence[str], turns: dict[str, Turn]) -> dict[str, Outcome]:
    outcomes = {}
    try:
        for name in names:
            if _stopped.is_set():
                break
            outcomes[name] = PARTS[name](turns[name])
            turns[name].lines.put(None)
    finally:
        # Also where a part broke: whoever listens goes on to the next.
        for name in names[len(outcomes) :]:
            turns[name].lines.put(None)
    return outcomes


def _workers(turn: Turn) -> tuple[str, ...]:
    return "-n", str(turn.at_a_time), "--maxschedchunk=4"


def _complete(outcome: Outcome) -> Outcome:
    skipped = re.search(r"(\d+) skipped", outcome.line) if outcome.state == "passed" else None
    # Our code can be tested everywhere; the advisories of others cannot be asked from everywhere.
    if COMPLETE and outcome.state == "left out" and outcome.part != "audit":
        return Outcome(outcome.part, "failed", f"CI leaves nothing out, but {outcome.line}")
    if COMPLETE and skipped and outcome.part != "checks" and int(skipped[1]) > outcome.excused:
        return Outcome(outcome.part, "failed", f"CI leaves nothing out, but {skipped[0]}. {outcome.line}")
    return outcome


def _checks() -> dict[str, list[str]]:
    packages = [path.parent.name for path in sorted(ROOT.glob("plugins/*/civicnet_*/plugin.toml"))]
    names = [argument for package in ["civicnet", *packages] for argument in ("-p", package)]
    return {
        "mypy": ["mypy", *names],
        "ruff check": ["ruff", "check", "--quiet", "."],
        "ruff format": ["ruff", "format", "--check", "--quiet", "."],
        "import-linter": ["lint-imports"],
        "migrations": ["civicnet", "makemigrations", "--check", "--dry-run"],
    }


def _passes(turn: Turn, name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        # Behind the tests: some of these wait for answers.
        ["nice", BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=_environment(None),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    turn.say(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - started:.1f} s")
    if done.returncode:
        turn.say(done.stdout)
    return done.returncode == 0


def _pytest(turn: Turn, part: str, *arguments: str, database: str | None) -> Outcome:
    turn.say(f"\n{part}:")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=_environment(database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    closing, excused = "pytest ended without its closing line.", 0
    _running.add(process)
    with process:
        for line in process.stdout or ():
            turn.say(line)
            closing = line.strip() if CLOSING_LINE.fullmatch(line.strip()) else closing
            excused += int(found[1]) if (found := EXCUSED.match(line)) else 0
    _running.discard(process)
    # Also when no test was found at all (exit code 5): a run that tests nothing has not passed.
    return Outcome(part, "passed" if process.returncode == 0 else "failed", closing, excused)


def _environment(database: str | None) -> dict[str, str]:
    # A DATABASE_URL of the person who tests may name real data: only ours goes in. And some hundreds of processes begin in a
    # run: where none may leave its bytecode behind, each of them compiles the whole product anew.
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    ours = {"DJANGO_SETTINGS_MODULE": "civicnet_site.settings.test"}
    if database:
        # Its tests run beside those on SQLite, whose files lie elsewhere.
        ours |= {"DATABASE_URL": database, "CIVICNET_TESTS_VAR": "var/test/postgresql"}
    return inherited | ours


def _advisories_answer() -> bool:
    try:
        with urlopen("https://api.osv.dev/v1/vulns/GHSA-462w-v97r-4m45", timeout=5):
            return True
    except OSError:
        return False


def _speaks_chinese() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
