"""``civicnet feed``: how far the change feed has come; bring it forward, look at everything, or let all copies begin anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import CivicNetError
from civicnet.gateway.feed import keeping
from civicnet.gateway.feed.sequencer import state_now, waiting


class Command(BaseCommand):
    help = (
        "Show the state of the change feed, bring it forward, look at everything again, or let all copies begin anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``show``, ``tell``, ``look``, ``begin-anew``."""
        parser.add_argument("act", choices=["show", "tell", "look", "begin-anew"], nargs="?", default="show")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, then say how it stands."""
        try:
            if act == "tell":
                keeping.tell()
            elif act == "look":
                keeping.look_at_all()
            elif act == "begin-anew":
                keeping.begin_anew()
        except CivicNetError as error:
            raise CommandError(str(error)) from error
        state, left = state_now(), "marks are waiting" if waiting() else "nothing is waiting"
        self.stdout.write(f"epoch {state.epoch}: {state.last} places given, forgotten up to {state.horizon}; {left}")
