"""How the change feed follows forms with their items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.access.scope import within
from civicnet.contract import Actor, Feed, Followed
from civicnet_assessment.models import AssessmentForm, AssessmentItem
from civicnet_assessment.permissions import VIEW_FORM
from civicnet_assessment.selectors import items_of, paths_above, visible_forms

_COLUMNS = (
    "id",
    "year",
    "title",
    "opens",
    "closes",
    "regular_weight",
    "annual_weight",
    "organisation__code",
    "organisation__name",
)


def feeds() -> tuple[Feed, ...]:
    """Forms are told where they were opened, and below, where they are filled in."""
    return (
        Feed(
            "AssessmentForm",
            lambda: visible_forms(SYSTEM),
            _COLUMNS,
            (Followed(AssessmentForm, "id"), Followed(AssessmentItem, "form_id"), Followed(Organisation)),
            complete=_with_items,
            path="organisation__path",
            permission=VIEW_FORM,
            sight=_sight,
        ),
    )


def _sight(actor: Actor) -> Q:
    return within(actor, VIEW_FORM, field="") | Q(path__in=paths_above(actor))


def _with_items(rows: Sequence[dict[str, Any]]) -> None:
    items = items_of(row["id"] for row in rows)
    for row in rows:
        row["items"] = items.get(row["id"], [])
