"""What the hotline asks other plugins: which post is on duty for a place, and which posts a dispatcher may choose."""

from __future__ import annotations

from typing import Protocol

from civicnet.contract import Actor, Failure, hookspec


class DutyPost(Protocol):
    """A post that takes cases for an area.

    ``key`` names the post for good, e.g. ``"grid.post:17"``; ``label`` says in words which post it is and never holds a
    person's name, for residents and portals read it. ``user_id`` is the account of whoever is on duty, if they have one.
    """

    @property
    def grid_code(self) -> str:
        """The grid of the post."""

    @property
    def organisation_id(self) -> int:
        """The community or village that the grid belongs to."""

    @property
    def key(self) -> str:
        """The post's name among machines."""

    @property
    def label(self) -> str:
        """The post's name among people."""

    @property
    def user_id(self) -> int | None:
        """The account on duty."""


class ReportedPage(Protocol):
    """A page of our sites in which somebody has found an error.

    ``key`` names the page for good, e.g. ``"publicity.article:17"``; ``title`` and ``address`` say which page it is, as readers
    know it. ``desk`` is the post that answers for it; None: a dispatcher chooses.
    """

    @property
    def key(self) -> str:
        """The page's name among machines."""

    @property
    def title(self) -> str:
        """The page's name among people."""

    @property
    def address(self) -> str:
        """Where readers find it."""

    @property
    def desk(self) -> DutyPost | None:
        """Who answers for it."""


@hookspec(failure=Failure.ISOLATE, firstresult=True)
def hotline_page(site_id: int | None, path: str) -> ReportedPage | None:
    """Asked when somebody reports an error on a page: which page of the site stands at this path, as far as readers see it.

    An error is logged and the next plugin is asked. Without an answer the report speaks of the address alone, and waits for a
    dispatcher.
    """


@hookspec(failure=Failure.ISOLATE, firstresult=True)
def hotline_route(address: str, address_id: str) -> DutyPost | None:
    """Asked once per new case: the post on duty for the place, or None when that is not certain.

    An error is logged and the next plugin is asked. Without an answer the case waits for a dispatcher.
    """


@hookspec(failure=Failure.ISOLATE)
def hotline_dispatch_targets(actor: Actor, search: str) -> list[DutyPost]:  # type: ignore[empty-body]
    """Asked when a dispatcher chooses by hand: posts on duty that match the search, of areas the actor may see.

    An error is logged and the other plugins' posts are still offered.
    """
