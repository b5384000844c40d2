"""All fixtures of the author kit. The kit's pytest plugin brings them, and so does naming this module in ``pytest_plugins``."""

from __future__ import annotations

from civicnet.testing.asking import Ask, assert_statements, graphql, site_pair
from civicnet.testing.breaking import breaking, broken_plugin, no_fault_is_kept
from civicnet.testing.ledger import flush_empties_the_ledger
from civicnet.testing.people import actor, city, permission, staff
from civicnet.testing.subject import rows_to_try, under_test
from civicnet.testing.switching import Plug, Toggle, enabled, manifest_for, plug, toggle

__all__ = [
    "Ask",
    "Plug",
    "Toggle",
    "actor",
    "assert_statements",
    "breaking",
    "broken_plugin",
    "city",
    "enabled",
    "flush_empties_the_ledger",
    "graphql",
    "manifest_for",
    "no_fault_is_kept",
    "permission",
    "plug",
    "rows_to_try",
    "site_pair",
    "staff",
    "toggle",
    "under_test",
]
