"""The front door: what assessment contributes to the host."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from civicnet.contract import (
    Actor,
    Asking,
    Fragment,
    PersonalQuery,
    PersonalRecord,
    Problem,
    hookimpl,
)

if TYPE_CHECKING:
    from import_export.resources import Resource
    from wagtail.admin.viewsets.base import ViewSet


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    """考核: forms, what was filed, and the page on which a form is filled in."""
    from civicnet_assessment.viewsets import AssessmentGroup

    return [AssessmentGroup()]


@hookimpl
def resources() -> list[type[Resource]]:
    """What was filed, in and out."""
    from civicnet_assessment.resources import AssessmentResource

    return [AssessmentResource]


@hookimpl
def graphql() -> Fragment:
    """Forms with their items; what was filed about people stays inside."""
    from civicnet_assessment.schema import fragment

    return fragment()


@hookimpl
def health() -> list[Problem]:
    """No form can be filled in."""
    from civicnet_assessment.health import problems

    return problems()


@hookimpl
def demo_data(actor: Actor) -> int:
    """A form of this year."""
    from civicnet_assessment.demo import open_form_of_this_year

    return open_form_of_this_year(actor=actor)


@hookimpl
def personal_records(query: PersonalQuery) -> list[PersonalRecord]:
    """What was filed about the person."""
    from civicnet_assessment.personal import records_about

    return records_about(query)


@hookimpl
def erase_personal(query: PersonalQuery, actor: Actor, reason: str) -> int:
    """Who was assessed, and what was written."""
    from civicnet_assessment.personal import erase

    return erase(query=query, actor=actor, reason=reason)


@hookimpl
def forget_expired(now: datetime, actor: Actor) -> int:
    """Assessments filed long ago."""
    from civicnet_assessment import personal

    return personal.forget_expired(now=now, actor=actor)


@hookimpl
def refers_to(subjects: frozenset[str]) -> list[str]:
    """Whom assessments speak of."""
    from civicnet_assessment.selectors import subjects_assessed

    return subjects_assessed(subjects)


@hookimpl
def burden(actor: Actor, since: datetime) -> list[Asking]:
    """Forms that were filed, and those that are open."""
    from civicnet_assessment.burden import askings

    return askings(actor=actor, since=since)
