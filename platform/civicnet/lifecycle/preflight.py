"""Preflight: which plugins the host can start with, tried in processes of their own before this one imports any.

An import that fails, a call that ends the process, or code that never comes back cannot be undone in the process it
happens in. So the host is started elsewhere first, with everything; only when that fails is it asked who is to blame.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from civicnet.lifecycle.discovery import Discovery, Unloadable
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.verdicts import Verdict, alone, keep, kept, key_of

logger = logging.getLogger(__name__)
# Set for a rehearsal: the slugs of the plugins to start with, and no other.
IN_REHEARSAL = "CIVICNET_REHEARSAL"
_LONGEST = 20_000
# How Python's own watchdog begins what it writes.
_TIMEOUT = "Timeout (0:"
_RUN = "import sys; from pathlib import Path; from civicnet.lifecycle.rehearsal import main; " + (
    "main(Path(sys.argv[1]), float(sys.argv[2]))"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one start went: whether with all, who is to blame as far as that is known, and what was said."""

    good: bool
    out: tuple[Unloadable, ...] = ()
    noted: tuple[Unloadable, ...] = ()
    reason: str = ""
    detail: str = ""


Start = Callable[[Sequence[Manifest]], Outcome]


class HostFails(RuntimeError):
    """The host does not start without any plugin either; no plugin is to blame."""


def rehearsed(found: Discovery, *, var: Path, seconds: float) -> Discovery:
    """What discovery found, less what the host cannot start with, by the verdict kept in ``var`` or a new one.

    Processes that start at the same time wait for the first one's verdict. When the host itself fails, nothing is left
    out: its own error shows as it would without us.
    """
    if not found.loadable:
        return found
    try:
        verdict = kept(var, key_of(found.loadable)) or _first_of_all(found.loadable, var, seconds)
    except HostFails as error:
        logger.error("no plugin is to blame: %s", error)
        return found
    out = {one.name for one in verdict.out}
    loadable = tuple(one for one in found.loadable if one.slug not in out)
    return replace(found, loadable=loadable, unloadable=(*found.unloadable, *verdict.out), noted=verdict.noted)


def rehearse_again(found: Discovery, *, var: Path, seconds: float) -> Verdict:
    """Pass a new verdict whatever is kept, and keep it for the processes that start from now on.

    Raises:
        HostFails: the host does not start without any plugin either.
        OSError: it could not be kept.
    """
    with alone(var):
        key = key_of(found.loadable)
        verdict = judge(found.loadable, partial(start_with, seconds=seconds))
        keep(var, key, verdict)
    return verdict


def judge(plugins: Sequence[Manifest], start: Start) -> Verdict:
    """Start the host with all of them; while that fails, leave out who is to blame and whatever requires those.

    Raises:
        HostFails: the host does not start without any plugin either.
    """
    left = list(plugins)
    out: list[Unloadable] = []
    sound: int | None = None
    while not (outcome := start(left)).good:
        if outcome.out:
            out += outcome.out
            sound = None
        else:
            sound, outcome = _bisect(left, outcome, start, sound)
            out.append(blamed(left[sound], outcome.reason, outcome.detail))
        left = _without(left, out)
    return Verdict(tuple(out), outcome.noted)


def _first_of_all(plugins: Sequence[Manifest], var: Path, seconds: float) -> Verdict:
    key = key_of(plugins)
    try:
        with alone(var):
            if verdict := kept(var, key):
                return verdict
            verdict = judge(plugins, partial(start_with, seconds=seconds))
            keep(var, key, verdict)
            return verdict
    except OSError:
        # A folder that cannot be written costs each process a preflight of its own.
        logger.exception("the preflight's verdict cannot be kept in %s", var)
        return judge(plugins, partial(start_with, seconds=seconds))


def _bisect(plugins: Sequence[Manifest], outcome: Outcome, start: Start, sound: int | None) -> tuple[int, Outcome]:
    """How many of the first the host starts with, so that the next one is to blame, and how it went with that one.

    For where nothing says whose code it was. ``sound``: so many are known to be without blame.
    """
    if sound is None:
        bare = start([]) if plugins else outcome
        if not bare.good:
            raise HostFails(bare.reason)
    starts, fails = sound or 0, len(plugins)
    while fails - starts > 1:
        middle = (starts + fails) // 2
        now = start(plugins[:middle])
        if now.good:
            starts = middle
        else:
            fails, outcome = middle, now
    return starts, outcome


def _without(plugins: Sequence[Manifest], out: list[Unloadable]) -> list[Manifest]:
    """Those that are left, in order; what requires one that is out joins those, saying so."""
    names = {one.name for one in out}
    left = []
    for one in plugins:
        if one.slug in names:
            continue
        if missed := sorted(one.requires_plugins.keys() & names):
            names.add(one.slug)
            out.append(blamed(one, f"it needs {', '.join(missed)}, which cannot be loaded"))
        else:
            left.append(one)
    return left


def blamed(one: Manifest, reason: str, detail: str = "") -> Unloadable:
    """The plugin as quarantined, with the sentence and the traceback, of which the end is kept."""
    return Unloadable(one.slug, reason, detail=detail[-_LONGEST:], version=str(one.version))


def start_with(plugins: Sequence[Manifest], *, seconds: float) -> Outcome:
    """Start the host with these plugins in a process of its own, and hear how it went."""
    with TemporaryDirectory(prefix="civicnet-preflight-") as folder:
        told, said = Path(folder) / "told", Path(folder) / "said"
        told.touch()
        status = _run(plugins, told, said, seconds)
        facts: dict[str, Any] = {}
        for line in told.read_text(encoding="utf-8").splitlines():
            facts |= json.loads(line)
        if "failed" in facts:
            return _failure(plugins, facts["culprit"], facts["failed"], facts["detail"])
        if "out" in facts:
            out, noted = (tuple(Unloadable(**row) for row in facts[name]) for name in ("out", "noted"))
            return Outcome(good=not out, out=out, noted=noted)
        words = said.read_text(encoding="utf-8", errors="replace")
        hung = _TIMEOUT in words or status == f"signal {signal.SIGKILL:d}"
        reason = f"it does not come back within {seconds:g} seconds" if hung else f"it ends the process ({status})"
        return _failure(plugins, facts.get("at", ""), reason, words)


def _failure(plugins: Sequence[Manifest], culprit: str, reason: str, detail: str) -> Outcome:
    culprits = tuple(blamed(one, reason, detail) for one in plugins if one.slug == culprit)
    return Outcome(good=False, out=culprits, reason=reason, detail=detail)


def _run(plugins: Sequence[Manifest], told: Path, said: Path, seconds: float) -> str:
    environment = os.environ | {
        IN_REHEARSAL: ",".join(one.slug for one in plugins),
        "PYTHONPATH": os.pathsep.join(place or os.getcwd() for place in sys.path),
        # As the host that starts with the bad one left out; nothing is counted or watched meanwhile.
        "CIVICNET_LOAD_POLICY": "quarantine",
        "CIVICNET_WATCHDOG": "false",
        "CIVICNET_TALLY_SECONDS": "0",
    }
    command = [sys.executable, "-P", "-c", _RUN, str(told), str(seconds)]
    with said.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603
            command, env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True
        )
        try:
            # It ends itself in time, saying where it was; what cannot even do that is ended.
            while process.poll() is None and time.time() - told.stat().st_mtime < seconds + 5:
                time.sleep(0.02)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            status = process.wait()
    return f"signal {-status}" if status < 0 else f"status {status}"
