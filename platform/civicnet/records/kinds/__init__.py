"""Kinds of fields: what can be asked for. Each is one small object, offered when an app is ready; so may a plugin's own be."""

from __future__ import annotations

from civicnet.records.kinds.base import Asked, Kind
from civicnet.records.kinds.cells import StoredWidget

__all__ = ["Asked", "Kind", "StoredWidget", "kind_of", "kinds", "offer"]

_offered: dict[str, Kind] = {}


def offer(kind: Kind) -> None:
    """Put a kind on the list; a plugin calls this when its app is ready.

    Raises:
        ValueError: another kind has this name, by which values of it are stored.
    """
    if type(_offered.setdefault(kind.name, kind)) is not type(kind):
        raise ValueError(f"there is a kind of fields {kind.name} already")


def kinds() -> list[Kind]:
    """All kinds, in the order in which they were offered."""
    return list(_offered.values())


def kind_of(name: str) -> Kind:
    """The kind of this name; for one whose plugin is gone, a kind whose values nobody can read, so that they are kept."""
    return _offered.get(name, _UNKNOWN)


class _Unknown(Kind):
    name = ""
    label = ""

    def fits(self, value: object) -> bool:
        """Nothing is known of it."""
        return False


_UNKNOWN = _Unknown()
