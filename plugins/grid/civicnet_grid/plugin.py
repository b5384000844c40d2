"""The front door: what the grid plugin contributes to the host and to other plugins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from civicnet.contract import (
    Act,
    Actor,
    Asking,
    ContentBlock,
    DataElement,
    DeskTab,
    Fragment,
    PersonalQuery,
    PersonalRecord,
    Problem,
    Questionnaire,
    Route,
    hookimpl,
)

if TYPE_CHECKING:
    from import_export.resources import Resource
    from wagtail.admin.viewsets.base import ViewSet

    from civicnet_grid.duty import DutyPost
    from civicnet_grid.subjects import WorkerSubject


@hookimpl
def routes() -> list[Route]:
    """The worker's page."""
    from civicnet_grid.urls import desk

    return [Route(prefix="desk/grid/", urlpatterns=desk)]


@hookimpl
def desk_tabs() -> list[DeskTab]:
    """我的格."""
    from civicnet_grid.views.desk import TAB

    return [TAB]


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    """网格与队伍."""
    from civicnet_grid.viewsets import GridGroup

    return [GridGroup()]


@hookimpl
def graphql() -> Fragment:
    """Grids with their posts, never with the people in them."""
    from civicnet_grid.schema import fragment

    return fragment()


@hookimpl
def content_blocks() -> list[ContentBlock]:
    """A grid's card, for articles."""
    from civicnet_grid.blocks import content_blocks as offered

    return offered()


@hookimpl
def resources() -> list[type[Resource]]:
    """Grids, and the roster."""
    from civicnet_grid.grid_resource import GridResource
    from civicnet_grid.resources import RosterResource

    return [GridResource, RosterResource]


@hookimpl
def object_to(act: Act) -> None:
    """No organisation closes over grids in force."""
    from civicnet_grid import objections

    objections.object_to(act)


@hookimpl
def health() -> list[Problem]:
    """Grids where nobody is on duty."""
    from civicnet_grid.health import problems

    return problems()


@hookimpl
def personal_records(query: PersonalQuery) -> list[PersonalRecord]:
    """The worker with posts and absences."""
    from civicnet_grid.personal import records_about

    return records_about(query)


@hookimpl
def erase_personal(query: PersonalQuery, actor: Actor, reason: str) -> int:
    """The worker, unless a post is still theirs."""
    from civicnet_grid.personal import erase

    return erase(query=query, actor=actor, reason=reason)


@hookimpl
def forget_expired(now: datetime, actor: Actor) -> int:
    """Workers whose last post ended long ago."""
    from civicnet_grid import personal

    return personal.forget_expired(now=now, actor=actor)


@hookimpl(optionalhook=True)
def hotline_route(address: str, address_id: str) -> DutyPost | None:
    """The post on duty for a place, if the place means one grid."""
    from civicnet_grid.routing import duty_at

    return duty_at(address=address, address_id=address_id)


@hookimpl(optionalhook=True)
def hotline_dispatch_targets(actor: Actor, search: str) -> list[DutyPost]:
    """The posts on duty of the grids a dispatcher may see and looks for."""
    from civicnet_grid.routing import duty_posts_found

    return duty_posts_found(actor=actor, search=search)


@hookimpl(optionalhook=True)
def assessment_subjects(actor: Actor, search: str) -> list[WorkerSubject]:
    """The workers an assessor may see and looks for."""
    from civicnet_grid.subjects import find_subjects

    return find_subjects(actor=actor, search=search)


@hookimpl(optionalhook=True)
def assessment_subject(actor: Actor, key: str) -> WorkerSubject | None:
    """The worker behind a key, if the assessor may see them."""
    from civicnet_grid.subjects import subject

    return subject(actor=actor, key=key)


@hookimpl(optionalhook=True)
def assessment_subjects_numbered(
    actor: Actor, numbers: Collection[str], keys: Collection[str]
) -> Mapping[str, WorkerSubject]:
    """The workers that a sheet of assessments names."""
    from civicnet_grid.subjects import subjects_numbered

    return subjects_numbered(actor=actor, numbers=numbers, keys=keys)


@hookimpl
def data_elements() -> list[DataElement]:
    """Who serves where, and the grids themselves."""
    from civicnet_grid.elements import ELEMENTS

    return ELEMENTS


@hookimpl
def questionnaires() -> list[Questionnaire]:
    """A new grid, absences, posts and accounts."""
    from civicnet_grid.elements import QUESTIONNAIRES

    return QUESTIONNAIRES


@hookimpl
def burden(actor: Actor, since: datetime) -> list[Asking]:
    """Forms that people handed in."""
    from civicnet_grid.burden import askings

    return askings(actor=actor, since=since)
