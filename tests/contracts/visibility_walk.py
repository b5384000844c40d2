"""Walking through doors: a watcher asks, and what came back is read off the marks."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse
from visibility_world import AWAY_UNTIL, CALLER, FAR, ID_NUMBER, MASKED, NEAR, NOBODYS, NOBODYS_JOB, PHONE, World, mark

from civicnet.lifecycle import snapshot
from civicnet.lifecycle.generation import generation

# Kinds of rows, in one text, and the roles that see them. One with a + in front is offered from all places, whatever the place
# that was asked about. A role is of everybody who plays it; =name is one watcher alone.
Shows = Mapping[str, Collection[str]]
_TOKEN = "a" * 32
# The middleware is put together once, as in a server's process.
_HANDLER = ClientHandler(enforce_csrf_checks=False)
# What differs between two answers to one question although nothing has changed.
_NOISE = re.compile(
    r"""(?:csrfmiddlewaretoken" value="|CSRF_TOKEN": "|name="once" value="|nonce[="-]+)[A-Za-z0-9+/=_-]{16,}"""
    r"|刚刚|\d+[\xa0 ](?:秒|分钟)前?"
)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who asks: whose role it plays, and where that role's rows lie."""

    name: str
    role: str
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: str

    @property
    def marks(self) -> frozenset[str]:
        """The marks in it."""
        return frozenset(name for name, text in _TEXTS.items() if text in self.body)


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One way through one or more doors: what it shows, to which roles, and of which place it asks (none: of all)."""

    doors: tuple[str, ...]
    ask: Callable[[World, Client, dict[str, str], str], Any]
    shows: Shows
    place: str = ""
    label: str = ""
    # Whoever holds the address may know what it opens, so that there is a difference to be seen.
    by_address: bool = False
    # Why the answer may tell somebody blind that there is more than they see.
    tells: str = ""

    def expected(self, watcher: Watcher) -> frozenset[str]:
        """The marks that this watcher sees here, no more and no less."""
        found = set()
        for kinds, roles in self.shows.items():
            if watcher.role in roles or f"={watcher.name}" in roles:
                found |= {
                    f"{place} {kind.lstrip('+')}" for kind in kinds.split() for place in self._places(watcher, kind)
                }
        return frozenset(found & _TEXTS.keys())

    def _places(self, watcher: Watcher, kind: str) -> frozenset[str]:
        asked = frozenset({self.place}) if self.place else frozenset({NEAR, FAR})
        if self.by_address:
            return asked
        return watcher.places if kind.startswith("+") and asked & watcher.places else asked & watcher.places


def answer(probe: Probe, world: World, watcher: Watcher) -> Answer:
    """Ask as the watcher; whatever the question changes is undone."""
    before = generation()
    undone: Any = transaction.atomic()
    # As the transaction around a whole test: what is kept from request to request is kept here too.
    undone._from_testcase = True
    with undone:
        try:
            return _ask(probe, world, watcher)
        finally:
            if generation() != before:
                snapshot.forget()
            transaction.set_rollback(True)


def sign_in(world: World) -> None:
    """A session for every person, as signing in would make it; questions are asked with its cookie."""
    for name, person in world.people.items():
        client = Client()
        client.force_login(person)
        world.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value


def _ask(probe: Probe, world: World, watcher: Watcher) -> Answer:
    client = Client(headers={"accept-language": "zh-hans"}, raise_request_exception=False)
    client.handler = _HANDLER
    headers = {}
    if watcher.name in world.people:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[watcher.name]
    elif watcher.name in world.keys:
        headers["authorization"] = f"Bearer {world.keys[watcher.name]}"
    response = probe.ask(world, client, headers, probe.place or NEAR)
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return Answer(response.status_code, _readable(raw) + response.headers.get("Location", ""))


def alike(before: Answer, after: Answer, world: World) -> bool:
    """Whether two answers say the same, whatever was asked by: an id that exists and one that does not."""
    return before.status == after.status and plain(before.body, world) == plain(after.body, world)


def plain(body: str, world: World) -> str:
    """An answer without what differs from one asking to the next, and without the ids that were asked by."""
    body = _NOISE.sub("", body)
    for name, value in world.ids.items():
        if name.startswith(FAR):
            # A number is an id only where it is a part of an address.
            body = body.replace(f"/{value}/", "/?/") if isinstance(value, int) else body.replace(str(value), "?")
    return body.replace(str(NOBODYS_JOB), "?").replace(str(NOBODYS), "?")


def _readable(raw: bytes) -> str:
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            return "".join(
                book.read(name).decode(errors="replace") for name in book.namelist() if name != "docProps/core.xml"
            )
    return raw.decode(errors="replace")


def page(
    door: str,
    *args: str,
    shows: Shows | None = None,
    host: str = "gov.test",
    by_address: bool = False,
    tells: str = "",
    **query: str,
) -> tuple[Probe, ...]:
    """GET an address; one that asks for a row by kinds of ids becomes two probes, for the row near and its twin.

    In ``query``, PLACE and {place} stand for the place that is asked about. Searches are written in capitals: a page that
    repeats what was looked for has not found it.
    """
    by_place = any(arg in KINDS for arg in args) or any("place" in value.lower() for value in query.values())

    def ask(world: World, client: Client, headers: dict[str, str], place: str) -> Any:
        path = reverse(door, args=[world.id(place, arg) if arg in KINDS else arg for arg in args])
        given = {key: value.replace("PLACE", place.upper()).replace("{place}", place) for key, value in query.items()}
        return client.get(path, given, headers=headers | {"host": host})

    found = _placed((door,), ask, shows, by_place, str(query or ""))
    return tuple(replace(probe, by_address=by_address, tells=tells) for probe in found)


def graphql(query: str, *doors: str, shows: Shows | None = None, **variables: Any) -> tuple[Probe, ...]:
    """POST a query; a variable that is a function of world and place makes two probes of it."""

    def ask(world: World, client: Client, headers: dict[str, str], place: str) -> Any:
        given = {key: value(world, place) if callable(value) else value for key, value in variables.items()}
        body = json.dumps({"query": query, "variables": given})
        return post(client, "/graphql/", body, headers, content_type="application/json")

    by_place = any(callable(value) for value in variables.values())
    return _placed((*doors, "graphql"), ask, shows, by_place, query[:60])


def export(key: str, kind: str, shows: Shows) -> tuple[Probe, ...]:
    """Take everything out as a file."""

    def ask(world: World, client: Client, headers: dict[str, str], place: str) -> Any:
        return post(client, reverse("imports:export", args=[key, kind]), {}, headers)

    return _placed((f"export {key}", "imports:export"), ask, shows, False, kind)


def post(client: Client, path: str, data: Any, headers: dict[str, str], **named: Any) -> Any:
    """POST as a page of ours would, with its token."""
    client.cookies[settings.CSRF_COOKIE_NAME] = _TOKEN
    return client.post(path, data, headers=headers | {"x-csrftoken": _TOKEN, "host": "gov.test"}, **named)


def _placed(doors: tuple[str, ...], ask: Any, shows: Shows | None, by_place: bool, label: str) -> tuple[Probe, ...]:
    return tuple(Probe(doors, ask, shows or {}, place, label) for place in ((NEAR, FAR) if by_place else ("",)))


_NAMED = (
    "grid worker case caseaddress casestep queued queuedaddress queuedstep replied repliedaddress repliedstep caller form item "
    "subject comment score client webhook delivery person disclosure job finding audit reason article draft review closed "
    "parcel document image plan sheet"
)
KINDS = set(
    """
    organisation role audit client webhook delivery key person position disclosure grid gridcode worker post absence case
    casenumber casetoken queued replied form assessment job article draft review closed parcel channel
    document image column plan sheet
    """.split()  # noqa: SIM905
)
# What readers see lies nowhere and has no twin; what they never see is added with the far rows.
_ONLY = {NEAR: {"article", "image"}, FAR: {"draft", "review", "closed", "parcel", "sheet"}}
_TEXTS: dict[str, str] = {
    f"{place} {kind}": mark(place, kind)
    for place, other in ((NEAR, FAR), (FAR, NEAR))
    for kind in _NAMED.split()
    if kind not in _ONLY[other]
}
for _place in (NEAR, FAR):
    _TEXTS |= {
        f"{_place} phone": MASKED["phone"][_place],
        f"{_place} callerphone": MASKED["callerphone"][_place],
        f"{_place} absence": f"{AWAY_UNTIL[_place]:%Y-%m-%d}",
        # Allowed to nobody by any probe: where one shows, a number went out in full.
        f"{_place} full phone": PHONE[_place],
        f"{_place} full caller phone": CALLER[_place],
        f"{_place} full id number": ID_NUMBER[_place],
    }
