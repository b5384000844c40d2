"""History: the acts that moved a plugin's switches and settings."""

from __future__ import annotations

from civicnet.lifecycle.models import PluginChange


def changes_of(slug: str, *, most: int = 20) -> list[PluginChange]:
    """The last acts that moved a plugin, the newest first; what undid them read along. One statement.

    For whoever may move switches: reasons and actors' labels are told to nobody else.
    """
    moved = PluginChange.objects.filter(after__has_key=slug)
    return list(moved.select_related("undone_by").order_by("-id")[:most])
