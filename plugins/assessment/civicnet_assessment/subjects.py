"""Subjects: who can be assessed is known to other plugins, and asked of them by hook."""

from __future__ import annotations

from collections.abc import Collection

from civicnet.contract import Actor
from civicnet.lifecycle.hooks import collect, first
from civicnet_assessment.hookspecs import Subject


def find_subjects(actor: Actor, search: str) -> list[Subject]:
    """Everyone the search finds and the actor may see, of all plugins that are on."""
    return [subject for one in collect("assessment_subjects", actor=actor, search=search) for subject in one.value]


def subject_of(actor: Actor, key: str) -> Subject | None:
    """The subject with this key, or None if the actor may not see them or their plugin is off."""
    found = first("assessment_subject", actor=actor, key=key)
    return found.value if found else None


def subjects_numbered(
    actor: Actor, *, numbers: Collection[str] = (), keys: Collection[str] = ()
) -> dict[str, list[Subject]]:
    """Subjects with these numbers or keys whom the actor may see, by number; several where plugins give the same number."""
    found: dict[str, list[Subject]] = {}
    for one in collect("assessment_subjects_numbered", actor=actor, numbers=numbers, keys=keys):
        for number, subject in one.value.items():
            found.setdefault(number, []).append(subject)
    return found
