"""``civicnet documents``: register documents from files, list them, end one."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from civicnet.access.clients import visible_clients
from civicnet.access.models import ApiClient
from civicnet.contract import CivicNetError, Conflict
from civicnet.gateway.digests import digest_of, read_digest
from civicnet.gateway.trusted.selectors import visible_documents
from civicnet.gateway.trusted.services import end_document, register_document
from civicnet.lifecycle.commands.told import operator
from civicnet.lifecycle.snapshot import read, using


class Command(BaseCommand):
    help = "Register GraphQL documents, so that callers ask for them by the hash of their text; list them; end one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``add FILE...``, ``list``, ``end HASH``."""
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="register the document of each file, or every one of a manifest (.json)")
        add.add_argument("files", nargs="+", type=Path, metavar="FILE")
        add.add_argument("--client", help="only for this API client, by its name")
        add.add_argument("--reason", default="", help="why; kept in the audit")
        listing = acts.add_parser("list", help="those that are registered")
        listing.add_argument("--all", action="store_true", help="also those that have ended")
        end = acts.add_parser("end", help="answer a document by its hash no more")
        end.add_argument("hash", metavar="HASH")
        end.add_argument("--reason", required=True, help="why; kept with the document and in the audit")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, all or nothing, or say in a sentence why not."""
        try:
            with using(read(None)), transaction.atomic():
                {"add": self._add, "list": self._list, "end": self._end}[act](options)
        except CivicNetError as error:
            raise CommandError(str(error)) from error

    def _add(self, given: dict[str, Any]) -> None:
        client = _client(given["client"])
        for path in given["files"]:
            for name, text in _documents(path):
                self.stdout.write(f"sha256:{digest_of(text)}  {name}  {_register(path, name, text, client, given)}")

    def _list(self, given: dict[str, Any]) -> None:
        rows = visible_documents(operator())
        for one in rows if given["all"] else rows.filter(ended_at=None):
            used = f"used {one.used_on}" if one.used_on else "never used"
            ended = f"ended {one.ended_at:%Y-%m-%d}: {one.end_reason}" if one.ended_at else ""
            told = (f"sha256:{one.digest}", one.name, str(one.client or "everybody"), used, ended)
            self.stdout.write("  ".join(part for part in told if part))

    def _end(self, given: dict[str, Any]) -> None:
        rows = visible_documents(operator()).filter(digest=read_digest(given["hash"]), ended_at=None)
        if not rows:
            raise CommandError("no document of this hash is registered; look it up: civicnet documents list")
        for one in rows:
            end_document(document=one, actor=operator(), reason=given["reason"])
            self.stdout.write(f"sha256:{one.digest}  {one.name}  ended")


def _client(name: str | None) -> ApiClient | None:
    if name is None:
        return None
    found = visible_clients(operator()).filter(name=name, revoked_at=None).first()
    if found is None:
        raise CommandError(f"there is no API client named {name}")
    return found


def _documents(path: Path) -> Iterator[tuple[str, str]]:
    # The bytes as they are: a line end more or less is another document.
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error
    if path.suffix != ".json":
        yield path.stem[:100], text
        return
    try:
        manifest = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CommandError(f"{path}: {error}") from error
    if not isinstance(manifest, dict) or not all(isinstance(one, str) for one in manifest.values()):
        raise CommandError(f"{path}: a manifest maps hashes to texts")
    for key, one in manifest.items():
        # Named by its text: a manifest that says otherwise was made by another rule, and callers would not find it.
        if read_digest(key) != digest_of(one):
            raise CommandError(f"{path}: {key} is not the SHA-256 of its text")
        yield f"{path.stem[:80]} {key.removeprefix('sha256:')[:12]}", one


def _register(path: Path, name: str, text: str, client: ApiClient | None, given: dict[str, Any]) -> str:
    try:
        register_document(text=text, name=name, client=client, actor=operator(), reason=given["reason"])
    except Conflict:
        # A build registers its whole set each time.
        return "known"
    except CivicNetError as error:
        raise CommandError(f"{path}: {error}") from error
    return "registered"
