"""Whom an assessor may choose: those the actor may see and the search finds."""

from dataclasses import dataclass

from civicnet.contract import Actor, hookimpl


@dataclass(frozen=True)
class Subject:
    key: str
    label: str
    organisation_id: int
    user_id: int | None = None


SUBJECTS = [Subject("example.person:1", "演示甲", 1), Subject("example.person:2", "演示乙", 1)]


@hookimpl(optionalhook=True)
def assessment_subjects(actor: Actor, search: str) -> list[Subject]:
    return [one for one in SUBJECTS if search in one.label]
