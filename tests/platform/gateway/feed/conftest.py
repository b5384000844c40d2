"""What the feed's tests stand on: a copy that follows the feed, and the open categories and grids that it copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from civicnet.gateway.feed.sequencer import catch_up

CHANGES = """
query ($after: String, $first: Int, $types: [String!]) {
  changes(after: $after, first: $first, types: $types) {
    endCursor hasNextPage
    nodes { operation type id cursor node { ... on HotlineCategory { code name } ... on Grid { code name } } }
  }
}
"""


@dataclass
class Copy:
    """A copy of what one caller sees: codes with names. ``told`` is what the last reading brought, in order."""

    ask: Callable[..., dict[str, Any]]
    key: str | None = None
    types: list[str] | None = None
    first: int = 100
    cursor: str | None = None
    rows: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    def follow(self) -> list[str]:
        """Read to the end; what was told, as ``+code`` and ``-code``."""
        self.told = []
        while True:
            variables = {"after": self.cursor, "first": self.first, "types": self.types}
            answer = self.ask(CHANGES, key=self.key, variables=variables)
            assert "errors" not in answer, answer
            page = answer["data"]["changes"]
            for one in page["nodes"]:
                self._apply(one)
            self.cursor = page["endCursor"]
            if not page["hasNextPage"]:
                return self.told

    def _apply(self, one: dict[str, Any]) -> None:
        node = one["node"]
        if one["operation"] == "UPSERT" and node:
            self._ids[one["id"]] = node["code"]
            self.rows[node["code"]] = node["name"]
            self.told.append(f"+{node['code']}")
        elif one["operation"] == "DELETE":
            code = self._ids.pop(one["id"], "?")
            self.rows.pop(code, None)
            self.told.append(f"-{code}")


@pytest.fixture
def copy(graphql: Callable[..., dict[str, Any]]) -> Callable[..., Copy]:
    """Makes a copy that follows the feed from empty."""
    catch_up(seconds=10)
    return lambda **given: Copy(graphql, **given)
