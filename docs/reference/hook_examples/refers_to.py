"""Subjects of other plugins that notes speak of: a key and no foreign key, for the other plugin may not be installed."""

from civicnet.contract import hookimpl

SUBJECTS = {"note-1": "grid.worker:12", "note-2": "hotline.category:3"}


@hookimpl
def refers_to(subjects: frozenset[str]) -> list[str]:
    return sorted(subjects & set(SUBJECTS.values()))
