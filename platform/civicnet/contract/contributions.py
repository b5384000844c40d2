"""What plugins hand to the host: small frozen values, one per surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from django.utils.safestring import SafeString

from civicnet.contract.actor import Actor

NodeLoader = Callable[[Actor, int], Any]
# The last is what is asked of the rows, as ``civicnet.gateway.selection`` reads it; None: everything.
BatchLoader = Callable[[Actor, Sequence[int], Any], Mapping[int, Any]]
# A page, one of its revisions, and what is asked of it.
DraftLoader = Callable[[int, int, Any], Any]
# For sites by their numbers, what everybody may know of them; statements do not grow with their number.
SiteSettingsLoader = Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Route:
    """Public URLs of a plugin under a prefix that its manifest declares, e.g. ``open311/``.

    The host mounts the patterns in a namespace named after the plugin; they answer 404 while it is off.
    """

    prefix: str
    urlpatterns: Sequence[Any]


@dataclass(frozen=True, slots=True)
class DeskTab:
    """One entry in the bottom bar of the worker's phone page."""

    label: Any
    view_name: str
    icon: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that waits for a person: what it is, how much of it, and where it is done."""

    label: Any
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a page: HTML that is safe to show, and its place among the others, the lowest ``order`` first."""

    html: SafeString
    order: int = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What is not in order with a plugin, in a sentence that says what to do, and where that is done."""

    message: Any
    url: str = ""
    serious: bool = False


@dataclass(frozen=True, slots=True)
class ContentBlock:
    """A kind of block that editors may put into the bodies of pages.

    ``name`` starts with the plugin's slug and an underscore, and never changes: it is stored with the text.
    """

    name: str
    block: Any


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work that comes back by itself: once a day at a time of the city's clock, or whenever a span has passed.

    ``name`` starts with the plugin's slug and a dot. ``run`` is called without arguments, by one process of all, and may
    be called again after a crash: it finds out itself what is left to do. While the plugin is off, it rests. ``lease`` is how
    long a run may take before its process is taken for dead, where the usual two hours do not fit.
    """

    name: str
    label: Any
    run: Callable[[], object]
    daily_at: time | None = None
    every: timedelta | None = None
    lease: timedelta | None = None

    def __post_init__(self) -> None:
        if (self.daily_at is None) == (self.every is None):
            raise ValueError(f"{self.name}: say either daily_at or every")


@dataclass(frozen=True, slots=True)
class Followed:
    """A model whose rows the nodes of a feed depend on, and the column in which the number of the node stands.

    Without a column, a row may concern any node: all are looked at again. Whatever writes the table, also past the ORM, is
    noticed in the same transaction.
    """

    model: Any
    column: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """How the change feed follows a type of nodes.

    ``rows`` gives the queryset of all nodes that anybody may see, ``columns`` what their answers depend on, and ``complete``
    adds to such rows, read with ``values()``, what lies elsewhere. What has an id of its own is followed by itself: of it a
    row holds the number alone. What moves with the clock is noticed once a day.

    Where not everybody sees every node, ``path`` names the column with the path of the organisation to which it belongs, and
    ``permission`` what is needed there. ``sight`` is the condition on ``path`` where sight is wider than that. ``besides``
    are permissions on which more of the answer depends.
    """

    type: str
    rows: Callable[[], Any]
    columns: tuple[str, ...]
    follows: tuple[Followed, ...]
    complete: Callable[[Sequence[dict[str, Any]]], None] | None = None
    path: str = ""
    permission: str = ""
    sight: Callable[[Actor], Any] | None = None
    besides: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.path) != bool(self.permission):
            raise ValueError(f"{self.type}: a path and a permission belong together")


@dataclass(frozen=True, slots=True)
class Draft:
    """How the unpublished text of a type of pages is told.

    ``model`` is the page model. ``permission`` is what a client needs that hands out previews. ``load`` is given the number of
    a page and of the revision to tell, and what is asked, as ``BatchLoader`` is. The host has checked that the revision is one
    of that page, that no restriction hides it, and that whoever made the preview still may. None: nothing is there to be told.
    """

    model: Any
    permission: str
    load: DraftLoader


@dataclass(frozen=True, slots=True)
class DefinedTypes:
    """Object types of definitions that people make while the platform runs, for a schema.

    ``digest`` is the same for the same definitions. ``types`` implement an interface of the fragment, or stand in nothing else.
    """

    digest: str
    types: tuple[type, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A plugin's part of the GraphQL schema.

    ``query`` and ``mutation`` are mixins whose fields carry the plugin's prefix. ``types`` lists object types that no field
    of this fragment mentions. ``nodes`` maps type names to loaders that return the row the actor may see, or None.
    ``batches`` maps such names to loaders of many rows at once: those that the actor may see by their numbers, with a number
    of statements that does not grow with theirs. ``feeds`` are the types that portals can mirror. ``drafts`` maps names of node
    types to how their unpublished texts are previewed. ``site_settings`` maps names of types that implement the host's
    interface ``SiteSettings`` to who tells them; these types are in ``types`` too. ``defined`` makes types of what people have
    defined: it is asked once for each generation, so whoever changes a definition counts that up.
    """

    query: type | None = None
    mutation: type | None = None
    types: tuple[type, ...] = ()
    nodes: Mapping[str, NodeLoader] = field(default_factory=dict)
    batches: Mapping[str, BatchLoader] = field(default_factory=dict)
    feeds: tuple[Feed, ...] = ()
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    site_settings: Mapping[str, SiteSettingsLoader] = field(default_factory=dict)
    defined: Callable[[], DefinedTypes] | None = None
