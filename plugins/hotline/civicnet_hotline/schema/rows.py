"""Rows: what the schema reads of cases, categories and steps, each by one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from civicnet.contract import Actor
from civicnet_hotline.selectors import open_categories, steps_of, visible_cases

# Of the database, by the fields that need them; every row has its id.
CASE_COLUMNS = {
    "number": "number",
    "state": "state",
    "open311Status": "state",
    "category": "category__code",
    "categoryName": "category__name",
    "description": "description",
    "address": "address",
    "addressId": "address_id",
    "gridCode": "grid_code",
    "postLabel": "post_label",
    "organisationCode": "organisation__code",
    "requestedAt": "requested_at",
    "updatedAt": "updated_at",
    "dueAt": "due_at",
    "reply": "reply",
}
CATEGORY_COLUMNS = {one: one for one in ("code", "name", "description", "keywords", "group")}
STEP_COLUMNS = ("case_id", "at", "action", "from_state", "to_state", "reason", "note")


class StepBook:
    """The steps of all cases of an answer, read by one statement when the first of them is asked for."""

    def __init__(self, case_ids: list[int]) -> None:
        self.case_ids = case_ids

    @cached_property
    def pages(self) -> dict[int, list[dict[str, Any]]]:
        """Steps by case."""
        pages: dict[int, list[dict[str, Any]]] = {pk: [] for pk in self.case_ids}
        for step in steps_of(self.case_ids).values(*STEP_COLUMNS):
            pages[step["case_id"]].append(step)
        return pages


def case_row(
    actor: Actor, columns: Sequence[str] = tuple(CASE_COLUMNS.values()), **which: Any
) -> dict[str, Any] | None:
    """One case that the actor may see, by its number or key."""
    row = visible_cases(actor).filter(**which).values("id", *dict.fromkeys(columns)).first()
    return with_book([row])[0] if row is not None else None


def category_row(actor: Actor, pk: int) -> dict[str, Any] | None:
    """One open category."""
    row: dict[str, Any] | None = open_categories().filter(pk=pk).values("id", *CATEGORY_COLUMNS).first()
    return row


def category_rows(actor: Actor, ids: Collection[int], asked: Collection[str]) -> dict[int, dict[str, Any]]:
    """Of these categories, those that are open."""
    return {row["id"]: row for row in open_categories().filter(pk__in=ids).values("id", *CATEGORY_COLUMNS)}


def with_book(rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """The rows with the book in which their steps are looked up."""
    book = StepBook([row["id"] for row in rows])
    for row in rows:
        row["book"] = book
    return rows
