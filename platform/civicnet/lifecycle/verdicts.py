"""Verdicts: what a preflight found, kept in a file for as long as nothing it depends on has changed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from civicnet.lifecycle.discovery import Unloadable
from civicnet.lifecycle.manifest import Manifest

_FILE = "preflight.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What must be left out for the host to start, and which of the others come without one of their parts."""

    out: tuple[Unloadable, ...] = ()
    noted: tuple[Unloadable, ...] = ()


def key_of(plugins: Iterable[Manifest]) -> str:
    """A digest of everything a verdict depends on: Python, what is installed, and the files of host, site and plugins.

    It looks at names, sizes and times of files and reads none, which takes a few milliseconds.
    """
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    packages = ["civicnet", settings.partition(".")[0], *(one.package for one in plugins)]
    folders = [folder for package in packages if package for folder in _folders(package)]
    facts = [sys.version, settings, _installed(), [sorted(_files(folder)) for folder in folders]]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def kept(var: Path, key: str) -> Verdict | None:
    """The verdict kept in the folder, if it was passed on what is there now."""
    try:
        data = json.loads((var / _FILE).read_text(encoding="utf-8"))
        return Verdict(_read(data["out"]), _read(data["noted"])) if data["key"] == key else None
    # One that an older version wrote, or that is cut, counts as none.
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep(var: Path, key: str, verdict: Verdict) -> None:
    """Keep a verdict; who reads meanwhile finds the old one or the new one, whole."""
    new = var / f"{_FILE}.{os.getpid()}"
    new.write_text(json.dumps({"key": key, **asdict(verdict)}, ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(var / _FILE)


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Let one process at a time in; the lock ends with the process that holds it."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "preflight.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(rows: list[dict[str, Any]]) -> tuple[Unloadable, ...]:
    return tuple(Unloadable(**row) for row in rows)


def _folders(package: str) -> list[str]:
    spec = find_spec(package)
    return [os.path.realpath(one) for one in (spec.submodule_search_locations or () if spec else ())]


def _installed() -> list[str]:
    # The folders' names hold name and version; opening their metadata would take a hundred times as long.
    found = {one.name for place in sys.path if os.path.isdir(place) for one in os.scandir(place)}
    return sorted(name for name in found if name.endswith((".dist-info", ".egg-info")))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as inside:
        for one in inside:
            if one.is_dir(follow_symlinks=False):
                if one.name != "__pycache__":
                    yield from _files(one.path)
            elif one.is_file():
                status = one.stat()
                yield one.path, status.st_size, status.st_mtime_ns
