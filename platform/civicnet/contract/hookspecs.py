"""The whole contract between host and plugins, on one screen.

Three ways to call (``civicnet.lifecycle.hooks``): *collect* gathers what every plugin that is on contributes, *first* asks
until one answers, *announce* tells everybody after commit. Each hook states what an error in a plugin does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

from civicnet.contract.actor import Actor
from civicnet.contract.contributions import (
    ContentBlock,
    DeskTab,
    Fragment,
    Panel,
    Problem,
    Route,
    Schedule,
    Waiting,
)
from civicnet.contract.elements import Asking, DataElement, Questionnaire
from civicnet.contract.events import Act, Event
from civicnet.contract.personal import PersonalQuery, PersonalRecord

if TYPE_CHECKING:
    from django.http import HttpRequest
    from import_export.resources import Resource
    from wagtail.admin.viewsets.base import ViewSet

PROJECT = "civicnet"
# Additions raise the second number; what leaves waits for the first. See docs/reference/contract.md.
CONTRACT_VERSION = "1.0"
hookimpl = pluggy.HookimplMarker(PROJECT)
_mark = pluggy.HookspecMarker(PROJECT)
F = TypeVar("F", bound=Callable[..., Any])


class Failure(Enum):
    """What an exception in one implementation does."""

    STRICT = "strict"  # it stops the call and names the plugin
    ISOLATE = "isolate"  # it is logged with the plugin's name; the others are still asked
    VETO = "veto"  # an error of the contract stops the act with its sentence; any other stops it too, naming the plugin


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms of a hook: what a failure does, whether implementations write, how long one may take, since when it is there.

    What writes runs in a savepoint of its own. Whoever takes longer than ``seconds`` (None: ``CIVICNET_HOOK_SECONDS``, 10) is
    ended together with its process.
    """

    failure: Failure
    writes: bool = False
    seconds: float | None = None
    since: str = "1.0"


class LeavesContract(DeprecationWarning):
    """A plugin uses what is on its way out; the message says since when, what to use instead, and when it goes."""


def hookspec(
    *,
    failure: Failure,
    firstresult: bool = False,
    writes: bool = False,
    seconds: float | None = None,
    since: str = "1.0",
    leaves: str = "",
    leaving: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[F], F]:
    """Declare a hook together with its policy. Plugins use it for hooks they publish themselves.

    ``leaves`` is told to whoever still implements a hook that is on its way out, ``leaving`` to whoever still takes an
    argument that is. Both are dated: docs/reference/contract.md says how.
    """

    def declare(function: F) -> F:
        function.civicnet_policy = Policy(failure, writes, seconds, since)  # type: ignore[attr-defined]
        return _mark(
            function,
            firstresult=firstresult,
            warn_on_impl=LeavesContract(leaves) if leaves else None,
            warn_on_impl_args={name: LeavesContract(note) for name, note in leaving.items()} or None,
        )

    return declare


def policy(specification: Any) -> Policy:
    """The policy that a hook was declared with."""
    found: Policy = specification.civicnet_policy
    return found


@hookspec(failure=Failure.STRICT)
def routes() -> list[Route]:  # type: ignore[empty-body]
    """Public URLs. Asked once per process, on or off; the gate answers 404 while the plugin is off."""


@hookspec(failure=Failure.STRICT)
def admin_viewsets() -> list[ViewSet]:  # type: ignore[empty-body]
    """Screens of Wagtail's admin. Asked once per process; menu items hide and URLs answer 404 while the plugin is off."""


@hookspec(failure=Failure.STRICT)
def graphql() -> Fragment:  # type: ignore[empty-body]
    """Types and root fields. Asked once per process; composed into the schema of every set that has the plugin on."""


@hookspec(failure=Failure.STRICT)
def content_blocks() -> list[ContentBlock]:  # type: ignore[empty-body]
    """Blocks for the bodies of pages. Asked once per process; while the plugin is off none is offered, shown or lost."""


@hookspec(failure=Failure.ISOLATE)
def resources() -> list[type[Resource]]:  # type: ignore[empty-body]
    """What can be imported and exported. Asked at each use; a disabled plugin's resources are not offered."""


@hookspec(failure=Failure.ISOLATE)
def data_elements() -> list[DataElement]:  # type: ignore[empty-body]
    """What the plugin asks people for and keeps, by names that all share. Asked at each use; off, its elements rest."""


@hookspec(failure=Failure.ISOLATE)
def questionnaires() -> list[Questionnaire]:  # type: ignore[empty-body]
    """The forms that people fill in, each field with the element it fills. Asked when forms and elements are compared."""


@hookspec(failure=Failure.ISOLATE, seconds=30)
def burden(actor: Actor, since: datetime) -> list[Asking]:  # type: ignore[empty-body]
    """What was asked since then, in sums, as far as the actor may see burdens; files are counted by the host itself.

    Nothing in it tells of a person. The number of statements does not grow with what was asked.
    """


@hookspec(failure=Failure.STRICT)
def schedules() -> list[Schedule]:  # type: ignore[empty-body]
    """Work that comes back by itself. Asked once per process that keeps the schedules; it rests while the plugin is off."""


@hookspec(failure=Failure.ISOLATE)
def desk_tabs() -> list[DeskTab]:  # type: ignore[empty-body]
    """Entries for the worker's phone page. Asked at each request."""


@hookspec(failure=Failure.ISOLATE)
def waiting(actor: Actor) -> list[Waiting]:  # type: ignore[empty-body]
    """What waits for the actor today, for the home page of the admin. Asked at each visit; zero counts are left out."""


@hookspec(failure=Failure.ISOLATE)
def panels(slot: str, request: HttpRequest) -> list[Panel]:  # type: ignore[empty-body]
    """What the plugin shows in a named place of a page. Asked at each visit; one that fails leaves a notice in its place."""


@hookspec(failure=Failure.ISOLATE)
def health() -> list[Problem]:  # type: ignore[empty-body]
    """What keeps the plugin from doing its work. Asked when somebody looks at the plugin screen."""


@hookspec(failure=Failure.VETO)
def object_to(act: Act) -> None:
    """Asked before an act, inside its transaction. Raise ``Conflict`` or ``Refused`` to stop it; whoever fails stops it too."""


@hookspec(failure=Failure.ISOLATE, writes=True, seconds=60)
def hear(event: Event) -> None:
    """Called once after commit for every event. An error is logged; others still hear."""


@hookspec(failure=Failure.STRICT, writes=True, seconds=600)
def demo_data(actor: Actor) -> int:  # type: ignore[empty-body]
    """Make a few rows to try the plugin with, plainly invented; returns how many. Asked by ``civicnet plugins demo``."""


@hookspec(failure=Failure.STRICT, seconds=120)
def personal_records(query: PersonalQuery) -> list[PersonalRecord]:  # type: ignore[empty-body]
    """Everything the plugin holds about one person. Asked of every loaded plugin, on or off; changes nothing."""


@hookspec(failure=Failure.STRICT, writes=True, seconds=120)
def erase_personal(query: PersonalQuery, actor: Actor, reason: str) -> int:  # type: ignore[empty-body]
    """Erase the person and keep the service record; returns how many rows. Asked of every loaded plugin, on or off.

    All plugins answer within one transaction. Each writes its own audit records, which hold no value. What must stay yet
    is refused with the code and sentence of its ``Obstacle``.
    """


@hookspec(failure=Failure.ISOLATE, writes=True, seconds=3600)
def forget_expired(now: datetime, actor: Actor) -> int:  # type: ignore[empty-body]
    """Erase what is past its retention; returns how many rows. Asked daily of every loaded plugin, on or off."""


@hookspec(failure=Failure.VETO, seconds=60)
def refers_to(subjects: frozenset[str]) -> list[str]:  # type: ignore[empty-body]
    """Which of these subjects the plugin names by key, such as `grid.worker:12`. Asked of every loaded plugin, on or off.

    Asked before rows are removed again that an import had brought, by whatever plugin: what is named stays. It is asked for a
    whole chunk of an import at once, so the number of statements must not grow with the subjects. Whoever fails stops the undo.
    """
