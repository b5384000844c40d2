"""Data scope: one SQL condition that limits rows to the subtrees an actor may see."""

from __future__ import annotations

from django.db.models import Q

from civicnet.contract import Actor

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def within(actor: Actor, permission: str, *, field: str = "organisation") -> Q:
    """The condition for rows whose ``field`` (a relation to an organisation) lies where the actor holds the permission.

    An actor without the permission gets a condition that no row meets. A range is used rather than a prefix match,
    which SQLite would answer by reading the whole index.
    """
    if actor.kind == "system":
        return Q()
    condition = Q(pk__in=[])
    for path in actor.paths(permission):
        condition |= Q(**{f"{field}__path__gte": path, f"{field}__path__lt": _successor(path)})
    return condition


def covers(actor: Actor, permission: str, path: str) -> bool:
    """Whether one organisation, given by its path, lies where the actor holds the permission."""
    return actor.kind == "system" or any(path.startswith(mine) for mine in actor.paths(permission))


def _successor(path: str) -> str:
    # The first path after the subtree. Signs outside the tree's alphabet would sort differently from one database
    # collation to the next, so this counts inside it.
    head, last = path[:-1], path[-1]
    if last == _ALPHABET[-1]:
        return _successor(head) + _ALPHABET[0]
    return head + _ALPHABET[_ALPHABET.index(last) + 1]
