"""The front door: what the plugin hands to the host. It says that, not how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civicnet.contract import Actor, DataElement, Fragment, Questionnaire, Route, hookimpl

if TYPE_CHECKING:
    from import_export.resources import Resource
    from wagtail.admin.viewsets.base import ViewSet


@hookimpl
def routes() -> list[Route]:
    """The residents' page."""
    from acme_scaffold import urls

    return urls.routes()


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    """The staff's screen."""
    from acme_scaffold.viewsets import PointViewSet

    return [PointViewSet()]


@hookimpl
def graphql() -> Fragment:
    """Points, as far as the caller may see them."""
    from acme_scaffold.schema import Query, load_point

    return Fragment(query=Query, nodes={"ScaffoldPoint": load_point})


@hookimpl
def resources() -> list[type[Resource]]:
    """Points as a sheet, in and out."""
    from acme_scaffold.resources import PointResource

    return [PointResource]


@hookimpl
def data_elements() -> list[DataElement]:
    """What is known of points."""
    from acme_scaffold.elements import ELEMENTS

    return ELEMENTS


@hookimpl
def questionnaires() -> list[Questionnaire]:
    """A point."""
    from acme_scaffold.elements import QUESTIONNAIRES

    return QUESTIONNAIRES


@hookimpl
def demo_data(actor: Actor) -> int:
    """A few invented points."""
    from acme_scaffold.demo import make_demo

    return make_demo(actor)
