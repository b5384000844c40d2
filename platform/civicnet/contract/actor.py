"""Who is acting: the one value that every selector and service is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an API client, the system itself, or nobody in particular.

    ``permissions`` holds names such as ``"civicnet_grid.view_grid"``. ``scopes`` holds, for each of them, the paths of the
    organisations whose subtrees the actor may see: a permission without a path gives sight of nothing that belongs
    somewhere. ``hourly_cost`` is the budget of an API client that has a number of its own; ``trusted_only``: it is
    answered registered GraphQL documents only.
    """

    kind: Literal["anonymous", "staff", "client", "system"]
    id: str = ""
    label: str = ""
    permissions: frozenset[str] = frozenset()
    scopes: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    hourly_cost: int | None = None
    trusted_only: bool = False

    def may(self, permission: str) -> bool:
        """Whether the actor holds the permission anywhere; the system itself holds all."""
        return self.kind == "system" or permission in self.permissions

    def paths(self, permission: str) -> tuple[str, ...]:
        """Organisation paths under which the permission is held."""
        return self.scopes.get(permission, ())


ANONYMOUS = Actor(kind="anonymous", label="anonymous")
