"""All fixtures of the author kit. The kit's pytest plugin brings them, and so does naming this module in ``pytest_plugins``."""

from __future__ import annotations

import pytest

from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry
from civicnet.testing.asking import Ask, assert_statements, graphql, site_pair
from civicnet.testing.breaking import breaking, broken_plugin, no_fault_is_kept
from civicnet.testing.ledger import flush_empties_the_ledger
from civicnet.testing.people import actor, city, permission, staff
from civicnet.testing.plugin import slug_under_test
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
    "site_pair",
    "staff",
    "toggle",
    "under_test",
]


@pytest.fixture
def under_test(request: pytest.FixtureRequest, db: None) -> Manifest:
    """The manifest of the plugin that the conformance suite is run on."""
    slug = slug_under_test(request.config)
    if slug not in registry.manifests:
        reasons = "; ".join(one.reason for one in registry.quarantined if slug in one.reason) or "it is not installed"
        pytest.fail(f"the plugin {slug!r} is not loaded: {reasons}. Loaded are: {', '.join(registry.manifests)}")
    return registry.manifests[slug]
