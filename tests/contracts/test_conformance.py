"""The bundled plugins pass the suite that every plugin passes."""

from __future__ import annotations

import pytest
from visibility_world import FAR, add_far, build, mark

from civicnet.access.models import Organisation
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry
from civicnet.testing.conformance import *  # noqa: F403
from civicnet_publicity.models import ArticlePage

BUNDLED = ("grid", "assessment", "publicity", "hotline")


@pytest.fixture(params=BUNDLED)
def under_test(request: pytest.FixtureRequest, db: None) -> Manifest:
    """Each in turn."""
    return registry.manifests[request.param]


@pytest.fixture
def rows(city: dict[str, Organisation]) -> None:
    """Two rows of every kind there is: more than the plugins' own demo data are sure to bring."""
    add_far(build(city))
    ArticlePage.objects.get(live=False, title=mark(FAR, "draft")).save_revision().publish()
