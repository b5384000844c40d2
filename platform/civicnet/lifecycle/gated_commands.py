"""Commands of plugins: refused while their plugin is off; those of the host and of Django always run.

The command line imports this before Django is set up, so what needs models is imported when a command is fetched.
"""

from __future__ import annotations

import gc
from functools import partial
from typing import Any

from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand


class Commands(ManagementUtility):
    """Django's own command line with the gate in the one place through which every command is fetched."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command.

        Raises:
            SystemExit: it belongs to a plugin that is off; with a sentence that says how to switch it on.
        """
        command = super().fetch_command(subcommand)
        # What is there when a command begins stays for good: left among what may go, all of it would be looked through again
        # and again, for a fifth of the time that migrating takes.
        gc.freeze()
        gc.enable()
        app = get_commands()[subcommand]
        return _gated(command, app if isinstance(app, str) else type(app).__module__)


def _gated(command: BaseCommand, app: str) -> BaseCommand:
    from django.apps import apps

    if not apps.ready:
        return command
    from civicnet.lifecycle.owners import plugin_of
    from civicnet.lifecycle.snapshot import read
    from civicnet.lifecycle.tasks import PluginOff

    slug = plugin_of(app)
    if slug is None:
        return command
    if not read(None).is_on(slug):
        raise SystemExit(f"{PluginOff(slug)} civicnet plugins on {slug} --reason …")
    command.execute = partial(_on_one_picture, command.execute)  # type: ignore[method-assign]
    return command


def _on_one_picture(execute: Any, *args: Any, **options: Any) -> Any:
    from civicnet.lifecycle.snapshot import read, using

    with using(read(None)):
        return execute(*args, **options)
