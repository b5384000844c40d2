"""The rehearsal: a process of its own starts the host with some plugins, and tells what came of it.

It does what the host does before its first answer, without a database. What plugins do to it, they do to it alone.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import logging
import os
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from civicnet.lifecycle import culprits

logger = logging.getLogger(__name__)
_steps: list[Callable[[], object]] = []


def rehearse(step: Callable[[], object]) -> None:
    """Add what a room does with plugins' contributions before its first answer; it calls this when its app is ready."""
    _steps.append(step)


def warm_up() -> None:
    """Do before the first answer what it would have to wait for.

    Raises:
        Exception: the policy is strict, and what a plugin contributes does not fit. Otherwise it is left to the requests
            that need it.
    """
    from django.conf import settings

    try:
        for step in (_walk_urls, *_steps):
            step()
    # A plugin can raise anything here.
    except Exception:
        if settings.CIVICNET_LOAD_POLICY == "strict":
            raise
        logger.exception("the host starts, but not everything in it is ready")


def main(told: Path, seconds: float) -> None:
    """Start the host and write, a line of JSON each, whose code runs, and at last how it went.

    Whatever does not come back within so many seconds is ended, saying on the standard error output where it was.
    """
    with told.open("a", encoding="utf-8") as stream, open(os.dup(2), "w") as last_words:

        def say(**fact: Any) -> None:
            stream.write(json.dumps(fact) + "\n")
            stream.flush()

        def begin(slug: str = "") -> None:
            # Also when nobody waits for us any more.
            faulthandler.dump_traceback_later(seconds, exit=True, file=last_words)
            say(at=slug)

        culprits.tell(begin)
        try:
            say(**_start(begin))
        # Whatever stops the host here would stop it there.
        except BaseException as error:  # noqa: BLE001
            said = f"{type(error).__name__}: {error}"
            say(failed=said, culprit=culprits.culprit(error), detail="".join(traceback.format_exception(error)))
    # Threads that a plugin has left behind keep nobody waiting.
    os._exit(0)


def _start(begin: Callable[[], None]) -> dict[str, Any]:
    import django

    begin()
    _forbid_database()
    django.setup()
    for step in (_walk_urls, *_steps, _run_checks, _load_migrations):
        begin()
        step()
    return _found()


def _found() -> dict[str, Any]:
    from civicnet.lifecycle.registry import registry

    out = [asdict(one) for one in registry.quarantined if one.name not in registry.manifests]
    noted = [asdict(one) for one in registry.quarantined if one.name in registry.manifests]
    return {"out": out, "noted": noted}


def _forbid_database() -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.utils import OperationalError

    def refuse(self: BaseDatabaseWrapper) -> None:
        raise OperationalError("the database is not asked while the host starts: it may not be there yet")

    BaseDatabaseWrapper.connect = refuse  # type: ignore[method-assign]


def _walk_urls() -> None:
    from django.conf import settings
    from django.urls import URLResolver, get_resolver

    def walk(resolver: URLResolver) -> None:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                walk(one)

    importlib.import_module(settings.ROOT_URLCONF)
    walk(get_resolver())


def _run_checks() -> None:
    # Every command refuses to run after one of these, also the one that serves.
    from django.core.checks import run_checks

    if faults := [str(one) for one in run_checks() if one.is_serious() and not one.is_silenced()]:
        raise RuntimeError("\n".join(faults))


def _load_migrations() -> None:
    from django.db.migrations.loader import MigrationLoader

    MigrationLoader(None)
