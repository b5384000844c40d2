"""The front door: what assessment contributes to the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civicnet.contract import Fragment, hookimpl

if TYPE_CHECKING:
    from wagtail.admin.viewsets.base import ViewSet


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    """考核: forms, what was filed, and the page on which a form is filled in."""
    from civicnet_assessment.viewsets import AssessmentGroup

    return [AssessmentGroup()]


@hookimpl
def graphql() -> Fragment:
    """Forms with their items; what was filed about people stays inside."""
    from civicnet_assessment.schema import Query, load_form

    return Fragment(query=Query, nodes={"AssessmentForm": load_form})
