"""The front door: what publicity contributes to the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civicnet.contract import Actor, Fragment, Route, Waiting, hookimpl

if TYPE_CHECKING:
    from wagtail.admin.viewsets.base import ViewSet


@hookimpl
def routes() -> list[Route]:
    """The search of the public sites."""
    from civicnet_publicity.urls import urlpatterns

    return [Route(prefix="search/", urlpatterns=urlpatterns)]


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    """栏目与文章: the articles, and the board of columns."""
    from civicnet_publicity.viewsets import PublicityGroup

    return [PublicityGroup()]


@hookimpl
def graphql() -> Fragment:
    """Columns and articles that readers can see."""
    from civicnet_publicity.schema import fragment

    return fragment()


@hookimpl
def waiting(actor: Actor) -> list[Waiting]:
    """Articles to review, and articles that came back."""
    from civicnet_publicity.waiting import work_that_waits

    return work_that_waits(actor)
