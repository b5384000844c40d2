"""The bundled plugins pass the suite that every plugin passes."""

from __future__ import annotations

import pytest
from visibility_world import FAR, add_far, build, mark

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry
from civicnet.testing.conformance import *  # noqa: F403
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.services import keep_leader, keep_word

BUNDLED = ("grid", "assessment", "publicity", "hotline")


@pytest.fixture(params=BUNDLED)
def under_test(request: pytest.FixtureRequest, db: None) -> Manifest:
    """Each in turn."""
    return registry.manifests[request.param]


@pytest.fixture
def written_by_people_alone() -> set[str]:
    """Nobody but a person assesses: tests/plugins/assessment/test_sheets.py shows that what they filed is taken back."""
    return {"assessment.results"}


@pytest.fixture
def rows_to_try(city: dict[str, Organisation]) -> None:
    """Two rows of every kind there is: more than the plugins' own demo data are sure to bring."""
    add_far(build(city))
    for wrong, right in (("渡假", "度假"), ("震憾", "震撼")):
        keep_word(actor=SYSTEM, wrong=wrong, right=right)
    keep_leader(actor=SYSTEM, name="演示甲", title="演示县县长", order=1)
    ArticlePage.objects.get(live=False, title=mark(FAR, "draft")).save_revision().publish()
