"""One of them by key; None for another plugin's."""

from dataclasses import dataclass

from civicnet.contract import Actor, hookimpl


@dataclass(frozen=True)
class Subject:
    key: str
    label: str
    organisation_id: int
    user_id: int | None = None


@hookimpl(optionalhook=True)
def assessment_subject(actor: Actor, key: str) -> Subject | None:
    return Subject(key, "演示甲", 1) if key == "example.person:1" else None
