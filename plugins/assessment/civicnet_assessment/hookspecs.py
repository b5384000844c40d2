"""Hooks that assessment publishes: other plugins say who can be assessed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from civicnet.contract import Actor, Failure, hookspec


class Subject(Protocol):
    """Someone who can be assessed. ``key`` names the row for good, e.g. ``"grid.worker:12"``."""

    @property
    def key(self) -> str:
        """Kind and number, unique across plugins."""

    @property
    def label(self) -> str:
        """The subject as an assessor recognises it."""

    @property
    def organisation_id(self) -> int:
        """The organisation the subject serves in."""

    @property
    def user_id(self) -> int | None:
        """The subject's own account, if known: nobody assesses themself."""


@hookspec(failure=Failure.ISOLATE)
def assessment_subjects(actor: Actor, search: str) -> list[Subject]:  # type: ignore[empty-body]
    """Subjects the actor may see and the search finds; asked while a form is filled in. An error hides that plugin's."""


@hookspec(failure=Failure.ISOLATE, firstresult=True)
def assessment_subject(actor: Actor, key: str) -> Subject | None:
    """The subject with this key, or None if it is another plugin's or the actor may not see it.

    Asked when a form is filled in and again when it is filed. An error is logged; the subject then counts as unknown, and
    nothing is filed about them.
    """


@hookspec(failure=Failure.ISOLATE)
def assessment_subjects_numbered(  # type: ignore[empty-body]
    actor: Actor, numbers: Collection[str], keys: Collection[str]
) -> Mapping[str, Subject]:
    """Subjects the actor may see, by the number that people write of them: those with these numbers, and those with these keys.

    Asked once for many rows, when assessments come from a sheet or go out as one. An error hides that plugin's.
    """
