"""Every type that has nodes is in the change feed, or says here why nobody can mirror it."""

from __future__ import annotations

import pytest

from civicnet.gateway.composer import compose
from civicnet.lifecycle.registry import registry

NOT_FOLLOWED = {
    "HotlineCase": "A case is a resident's matter: a portal asks for those that it submitted, and copies nobody's.",
}


@pytest.mark.django_db
def test_every_type_with_nodes_is_followed_or_excused() -> None:
    composed = compose(frozenset(registry.manifests))
    nodes = {
        name
        for name, kind in composed.schema.type_map.items()
        if "Node" in {i.name for i in getattr(kind, "interfaces", ())}
    }

    assert nodes == composed.nodes.keys()
    assert composed.feeds.keys() == nodes - NOT_FOLLOWED.keys()
    assert NOT_FOLLOWED.keys() <= nodes
    assert composed.batches.keys() >= composed.feeds.keys(), "a page of changes is read in one go"
