"""History: the acts that moved plugins' switches and settings; for whoever may move switches, and nobody else."""

from __future__ import annotations

from civicnet.lifecycle.models import PluginChange

_LOOKED_AT = 100


def changes_of(slug: str, *, most: int = 20) -> list[PluginChange]:
    """The last acts that moved a plugin, the newest first; what undid them, and what they undid, read along. One statement."""
    moved = PluginChange.objects.filter(after__has_key=slug)
    return list(moved.select_related("undone_by", "undoes").order_by("-id")[:most])


def last_changes() -> dict[str, PluginChange]:
    """The newest act on each plugin, among the last hundred; one statement."""
    found: dict[str, PluginChange] = {}
    for change in PluginChange.objects.order_by("-id")[:_LOOKED_AT]:
        for slug in change.after:
            found.setdefault(slug, change)
    return found


def change(change_id: int) -> PluginChange | None:
    """One act, if there is one of this number."""
    return PluginChange.objects.filter(pk=change_id).first()
