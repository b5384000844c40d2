"""The hotline's front door: what it hands to the host."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import pgettext_lazy

from civicnet.contract import (
    Act,
    Actor,
    Asking,
    DataElement,
    DeskTab,
    Event,
    Fragment,
    Panel,
    PersonalQuery,
    PersonalRecord,
    Problem,
    Questionnaire,
    Route,
    Schedule,
    Waiting,
    hookimpl,
)

if TYPE_CHECKING:
    from import_export.resources import Resource

    from civicnet_hotline.numbers import Metric
    from civicnet_hotline.reports import OpenReport


@hookimpl
def routes() -> list[Route]:
    """Open311, the resident's pages, the worker's desk."""
    from civicnet_hotline import urls

    return urls.routes()


@hookimpl
def admin_viewsets() -> list[Any]:
    """The office's screen."""
    from civicnet_hotline.viewsets import CaseViewSet

    return [CaseViewSet()]


@hookimpl
def graphql() -> Fragment:
    """Categories, cases, and two mutations for portals."""
    from civicnet_hotline.schema import fragment

    return fragment()


@hookimpl
def resources() -> list[type[Resource]]:
    """Categories in and out, cases out."""
    from civicnet_hotline.resources import CaseResource, CategoryResource

    return [CategoryResource, CaseResource]


@hookimpl
def schedules() -> list[Schedule]:
    """Shortly after midnight, what waits on the desk of somebody who is away from today on goes to who is on duty."""
    from civicnet_hotline.listening import SCHEDULES

    return SCHEDULES


@hookimpl
def desk_tabs() -> list[DeskTab]:
    """The first tab of the worker's desk."""
    return [DeskTab(pgettext_lazy("hotline", "Cases"), "hotline:desk", "☑", 10)]


@hookimpl
def waiting(actor: Actor) -> list[Waiting]:
    """Cases to dispatch, and cases to follow up."""
    from civicnet_hotline.viewsets import work_that_waits

    return work_that_waits(actor)


@hookimpl
def panels(slot: str) -> list[Panel]:
    """On home pages: make a request, look up its progress."""
    from civicnet_hotline.panels import panels_in

    return panels_in(slot)


@hookimpl
def object_to(act: Act) -> None:
    """No organisation closes over open cases."""
    from civicnet_hotline import objections

    objections.object_to(act)


@hookimpl
def refers_to(subjects: frozenset[str]) -> list[str]:
    """The posts, grids and pages of cases."""
    from civicnet_hotline.selectors import subjects_of_cases

    return subjects_of_cases(subjects)


@hookimpl
def health() -> list[Problem]:
    """No category to choose from; cases past their deadline without a post."""
    from civicnet_hotline.health import problems

    return problems()


@hookimpl
def demo_data(actor: Actor) -> int:
    """The usual categories."""
    from civicnet_hotline.demo import open_usual_categories

    return open_usual_categories(actor=actor)


@hookimpl
def hear(event: Event) -> None:
    """Somebody on duty is away: their unsigned cases go to the other half of the pair."""
    from civicnet_hotline.listening import FOLLOWED

    if follow := FOLLOWED.get(event.name):
        follow(event)


@hookimpl(optionalhook=True)
def publicity_open_reports() -> list[OpenReport]:
    """Errors that readers found on pages, as far as nobody has answered yet."""
    from civicnet_hotline.reports import open_reports_told

    return open_reports_told()


@hookimpl
def personal_records(query: PersonalQuery) -> list[PersonalRecord]:
    """Cases that came from the person's numbers."""
    from civicnet_hotline.personal import records_about

    return records_about(query)


@hookimpl
def erase_personal(query: PersonalQuery, actor: Actor, reason: str) -> int:
    """The caller of cases that are over."""
    from civicnet_hotline.personal import erase

    return erase(query=query, actor=actor, reason=reason)


@hookimpl
def forget_expired(now: datetime, actor: Actor) -> int:
    """Callers of cases closed long ago."""
    from civicnet_hotline import personal

    return personal.forget_expired(now=now, actor=actor)


@hookimpl
def data_elements() -> list[DataElement]:
    """A matter, its place, and whom to answer."""
    from civicnet_hotline.elements import ELEMENTS

    return ELEMENTS


@hookimpl
def questionnaires() -> list[Questionnaire]:
    """The resident's request, and the steps of a case."""
    from civicnet_hotline.elements import QUESTIONNAIRES

    return QUESTIONNAIRES


@hookimpl
def burden(actor: Actor, since: datetime) -> list[Asking]:
    """Requests and steps that people wrote by hand."""
    from civicnet_hotline.elements import askings

    return askings(actor=actor, since=since)


@hookimpl(optionalhook=True)
def publicity_metrics() -> list[Metric]:
    """Cases completed by month, for charts in articles."""
    from civicnet_hotline.numbers import METRICS

    return METRICS
