"""The front door: what the plugin hands to the host. It says that, not how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civicnet.contract import (
    Act,
    Actor,
    ContentBlock,
    DataElement,
    Fragment,
    Panel,
    Problem,
    Questionnaire,
    Route,
    hookimpl,
)

if TYPE_CHECKING:
    from import_export.resources import Resource
    from wagtail.admin.viewsets.base import ViewSet


@hookimpl
def routes() -> list[Route]:
    """The residents' page."""
    from acme_station import urls

    return urls.routes()


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    """The staff's screen."""
    from acme_station.viewsets import StationViewSet

    return [StationViewSet()]


@hookimpl
def graphql() -> Fragment:
    """Stations, as far as the caller may see them."""
    from acme_station.schema import Query, load_station

    return Fragment(query=Query, nodes={"Station": load_station})


@hookimpl
def content_blocks() -> list[ContentBlock]:
    """A station in the body of a page."""
    from acme_station import blocks

    return blocks.content_blocks()


@hookimpl
def panels(slot: str) -> list[Panel]:
    """Stations on the home pages."""
    from acme_station.panels import panels_in

    return panels_in(slot)


@hookimpl
def health() -> list[Problem]:
    """Stations that nobody finds."""
    from acme_station.health import problems

    return problems()


@hookimpl
def object_to(act: Act) -> None:
    """No organisation closes over its stations."""
    from acme_station import objections

    objections.object_to(act)


@hookimpl
def resources() -> list[type[Resource]]:
    """Stations as a sheet, in and out."""
    from acme_station.resources import StationResource

    return [StationResource]


@hookimpl
def data_elements() -> list[DataElement]:
    """What is known of stations."""
    from acme_station.elements import ELEMENTS

    return ELEMENTS


@hookimpl
def questionnaires() -> list[Questionnaire]:
    """A station, and its end."""
    from acme_station.elements import QUESTIONNAIRES

    return QUESTIONNAIRES


@hookimpl
def demo_data(actor: Actor) -> int:
    """A few invented stations."""
    from acme_station.demo import make_demo

    return make_demo(actor)
