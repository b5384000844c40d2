"""The subject of the conformance suite: the plugin it is run on, and rows of it to look at."""

from __future__ import annotations

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.lifecycle.hooks import one_of
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry
from civicnet.testing.plugin import slug_under_test
from civicnet.testing.switching import Toggle


@pytest.fixture
def under_test(request: pytest.FixtureRequest, db: None) -> Manifest:
    """The manifest of the plugin that the conformance suite is run on."""
    slug = slug_under_test(request.config)
    if slug not in registry.manifests:
        reasons = "; ".join(one.reason for one in registry.quarantined if slug in one.reason) or "it is not installed"
        pytest.fail(f"the plugin {slug!r} is not loaded: {reasons}. Loaded are: {', '.join(registry.manifests)}")
    return registry.manifests[slug]


@pytest.fixture
def rows_to_try(under_test: Manifest, city: dict[str, Organisation], toggle: Toggle) -> None:
    """Rows of the plugin to look at: its own demo data, where it makes any. A project may say otherwise."""
    toggle(under_test.slug, True)
    one_of(under_test.slug, "demo_data", actor=SYSTEM)
