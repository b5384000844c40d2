"""Two sites of one process with different sets of plugins: different schemas, and nothing of one plugin on the other's site."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.gateway.composer import parts
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import set_site_mode
from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.registry import registry

ALL, LESS = "gov.test", "party.test"
_WALK = """
    { __schema { types { name kind fields(includeDeprecated: true) { name type { ...T } args { name type { ...T } } }
      inputFields { name type { ...T } } possibleTypes { name } } } }
    fragment T on __Type { name ofType { name ofType { name ofType { name } } } }
"""


@pytest.fixture
def sites(db: None) -> dict[str, Site]:
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    return {
        host: Site.objects.create(hostname=host, root_page=root, is_default_site=host == ALL) for host in (ALL, LESS)
    }


@pytest.fixture(params=["hotline", "publicity"])
def missing(request: pytest.FixtureRequest, sites: dict[str, Site]) -> str:
    """A plugin that is on everywhere but on one site; grids and assessment are on or off for all sites alike."""
    slug: str = request.param
    set_site_mode(slug=slug, site_id=sites[LESS].pk, mode=SiteMode.OFF, actor=SYSTEM, reason="演示")
    return slug


def sdl(client: Client, host: str) -> Any:
    return client.get("/graphql/schema.graphql", headers={"host": host})


def ask(client: Client, host: str, query: str) -> Any:
    body = json.dumps({"query": query})
    return client.post("/graphql/", body, content_type="application/json", headers={"host": host}).json()


def of_plugin(slug: str) -> re.Pattern[str]:
    """Names of its types and root fields."""
    prefix = registry.manifests[slug].prefix
    return re.compile(rf"\b(?:{prefix}|{prefix.title()})[A-Za-z]*")


def test_the_two_schemas_differ_by_this_plugin_and_by_nothing_else(missing: str, client: Client) -> None:
    whole, less = sdl(client, ALL), sdl(client, LESS)

    assert whole["ETag"] != less["ETag"]
    assert of_plugin(missing).search(whole.content.decode())
    assert not of_plugin(missing).search(less.content.decode())
    # Of a union the members of the others are left.
    left = {line for line in less.content.decode().splitlines() if not line.startswith("union ")}
    assert left <= set(whole.content.decode().splitlines())
    for slug in registry.manifests.keys() - {missing}:
        assert of_plugin(slug).search(less.content.decode())


def test_no_relation_argument_or_interface_leads_to_it(missing: str, client: Client) -> None:
    types = ask(client, LESS, _WALK)["data"]["__schema"]["types"]

    assert not of_plugin(missing).findall(json.dumps(types))
    assert of_plugin(missing).findall(json.dumps(ask(client, ALL, _WALK)))


def test_its_nodes_are_not_there_and_its_fields_have_a_code(missing: str, client: Client) -> None:
    part = parts()[missing]
    for name in part.fragment.nodes:
        assert ask(client, LESS, f'{{ node(id: "{to_global_id(name, 1)}") {{ id }} }}') == {"data": {"node": None}}
        told = ask(client, LESS, f"{{ node(id: 1) {{ ... on {name} {{ id }} }} }}")
        assert told["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": missing}
    for name in part.fields:
        kind = "mutation" if name in part.roots.mutation else "query"
        codes = [one["extensions"]["code"] for one in ask(client, LESS, f"{kind} {{ {name} }}")["errors"]]
        assert "PLUGIN_DISABLED" in codes


def test_each_site_tells_its_own_set_and_hash_in_one_answer(missing: str, client: Client) -> None:
    for host in (ALL, LESS):
        answer = ask(client, host, "{ platform { schemaHash plugins { slug enabled } } }")["data"]["platform"]

        assert f'"{answer["schemaHash"]}"' == sdl(client, host)["ETag"]
        assert {one["slug"] for one in answer["plugins"] if not one["enabled"]} == (
            {missing} if host == LESS else set()
        )
