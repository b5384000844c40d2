"""A register whose people have numbers: by number, or by the key that ``assessment_subjects`` gave."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from civicnet.contract import Actor, hookimpl


@dataclass(frozen=True)
class Subject:
    key: str
    label: str
    organisation_id: int
    user_id: int | None = None


SUBJECTS = {"E-1": Subject("example.person:1", "演示甲", 1), "E-2": Subject("example.person:2", "演示乙", 1)}


@hookimpl(optionalhook=True)
def assessment_subjects_numbered(
    actor: Actor, numbers: Collection[str], keys: Collection[str]
) -> Mapping[str, Subject]:
    return {number: one for number, one in SUBJECTS.items() if number in numbers or one.key in keys}
