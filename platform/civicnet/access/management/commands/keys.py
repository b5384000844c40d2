"""``civicnet keys``: which keys seal what is stored, and sealing it anew with the newest."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.access.actors import SYSTEM
from civicnet.access.sealing import rotate_keys
from civicnet.cipher import CipherError
from civicnet.cipher.ring import field_keys, index_keys
from civicnet.cipher.rotation import key_uses


class Command(BaseCommand):
    help = "Check which keys of the rings are in use, or rotate: seal and index every value with the newest keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``check`` or ``rotate``."""
        parser.add_argument("act", choices=["check", "rotate"])

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, and say what can be done next."""
        if act == "rotate":
            try:
                written = rotate_keys(actor=SYSTEM)
            except CipherError as error:
                raise CommandError(f"{error}. What was done stays done; put the key back into the ring.") from error
            for model, rows in sorted(written.items()):
                self.stdout.write(f"{model}: {rows} rows sealed anew")
        self._check()

    def _check(self) -> None:
        sealed: Counter[str] = Counter()
        indexed: Counter[str] = Counter()
        lost = 0
        for use in key_uses():
            sealed, indexed, lost = sealed + use.sealed, indexed + use.indexed, lost + use.lost
            parts = [f"{name} seals {count}" for name, count in use.sealed.items()]
            parts += [f"{name} indexes {count}" for name, count in use.indexed.items()]
            parts += [f"{use.unbound} not bound to their field"] if use.unbound else []
            self.stdout.write(f"{use.column}: {', '.join(parts) or 'empty'}")
        for name in dict.fromkeys([*list(field_keys())[1:], *list(index_keys())[1:]]):
            free = not sealed[name] and not indexed[name]
            self.stdout.write(f"{name}: {'not in use, it can leave the ring' if free else 'still in use, run rotate'}")
        if lost:
            raise CommandError(f"{lost} values open with no key of the ring")
