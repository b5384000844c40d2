"""Switches over GraphQL: for whoever holds the permission, by the services' own rules, with an answer whatever has gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
import pytest
from django.test import Client
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.contract import Fragment, hookimpl
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.models import PluginChange
from civicnet.lifecycle.settings_schema import read_settings
from civicnet.lifecycle.snapshot import read
from civicnet.testing.fixtures import Plug

Ask = Callable[..., dict[str, Any]]
SWITCH = """
    mutation ($slug: String!, $on: Boolean, $host: String, $days: Int, $d: Boolean, $n: Boolean, $why: String = "试用") {
      platformSwitchPlugin(
        slug: $slug, enabled: $on, siteHost: $host, sunsetDays: $days, withDependants: $d, withNeeded: $n, reason: $why
      ) { changeId plugins schemaHash generation }
    }
"""
SET = """
    mutation ($values: [PlatformSettingInput!]!, $host: String) {
      platformChangePluginSettings(slug: "tower", values: $values, siteHost: $host, reason: "试用") { changeId plugins }
    }
"""
FILE = """
    query ($host: String) {
      platformPlugin(slug: "tower", siteHost: $host) {
        slug version enabled sunset
        settings { name kind value default perSite }
        changes { actor reason before after undone }
      }
    }
"""
SETTINGS = read_settings(
    {
        "strokes": {"kind": "integer", "default": 3, "highest": 12, "label": {"en": "Strokes"}, "per_site": True},
        "tone": {"kind": "text", "default": "", "label": {"en": "Tone"}},
    }
)


class Tower:
    """A plugin with one field."""

    @hookimpl
    def graphql(self) -> Fragment:
        """It."""
        bell = graphene.Field(graphene.String, resolver=lambda root, info: "bell")
        return Fragment(query=type("Part", (), {"tower_bell": bell}))


@pytest.fixture
def key(city: Any) -> str:
    return create_client(name="平台", organisation=city["222403"], scopes=["platform.plugins"], actor=SYSTEM)[1]


@pytest.fixture
def tower(plug: Plug) -> None:
    plug("tower", Tower(), settings=SETTINGS)


@pytest.fixture
def sites(db: None) -> None:
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    Site.objects.create(hostname="gov.test", root_page=root, is_default_site=True)
    Site.objects.create(hostname="party.test", root_page=root)
    for port in (8000, 8001):
        Site.objects.create(hostname="twice.test", root_page=root, port=port)


def error(answer: dict[str, Any]) -> dict[str, Any]:
    assert len(answer["errors"]) == 1
    return dict(answer["errors"][0]["extensions"])


def test_a_client_switches_a_plugin_off_and_undoes_it(tower: None, key: str, graphql: Ask) -> None:
    before = graphql("{ platform { schemaHash } }")["data"]["platform"]["schemaHash"]

    off = graphql(SWITCH, key=key, variables={"slug": "tower", "on": False})["data"]["platformSwitchPlugin"]
    after = graphql("{ platform { schemaHash generation } towerBell }")
    undo = graphql(
        'mutation ($i: ID!) { platformUndoPluginChange(changeId: $i, reason: "还是要") { plugins schemaHash } }',
        key=key,
        variables={"i": off["changeId"]},
    )

    assert off["plugins"] == ["tower"]
    assert off["schemaHash"] != before
    assert error(after) == {"code": "PLUGIN_DISABLED", "plugin": "tower"}
    assert undo == {"data": {"platformUndoPluginChange": {"plugins": ["tower"], "schemaHash": before}}}
    assert graphql("{ towerBell }") == {"data": {"towerBell": "bell"}}
    deeds = AuditRecord.objects.filter(action__startswith="plugins.").order_by("-pk")[:2]
    assert [(one.action, one.actor_label, one.reason) for one in deeds] == [
        ("plugins.enable", "平台", "还是要"),
        ("plugins.disable", "平台", "试用"),
    ]


def test_a_request_that_takes_away_its_own_schema_is_answered_to_the_end(tower: None, key: str, graphql: Ask) -> None:
    query = """
        mutation {
          off: platformSwitchPlugin(slug: "tower", enabled: false, reason: "x") { plugins schemaHash }
          again: platformSwitchPlugin(slug: "tower", enabled: false, reason: "x") { changeId plugins schemaHash }
          on: platformSwitchPlugin(slug: "tower", enabled: true, reason: "x") { plugins schemaHash }
        }
    """
    before = graphql("{ platform { schemaHash } }")["data"]["platform"]["schemaHash"]

    answer = graphql(query, key=key)

    assert "errors" not in answer
    gone = answer["data"]["off"]["schemaHash"]
    assert answer["data"] == {
        "off": {"plugins": ["tower"], "schemaHash": gone},
        "again": {"changeId": None, "plugins": [], "schemaHash": gone},
        "on": {"plugins": ["tower"], "schemaHash": before},
    }


def test_staff_with_the_permission_switch_with_their_session(tower: None, staff: Any) -> None:
    browser = Client()
    browser.force_login(staff(["civicnet_lifecycle.switch_plugin"], username="administrator"))
    mutation = 'mutation { platformSwitchPlugin(slug: "tower", enabled: false, reason: "维护") { plugins } }'

    answer = browser.post("/graphql/", {"query": mutation}, content_type="application/json").json()

    assert answer == {"data": {"platformSwitchPlugin": {"plugins": ["tower"]}}}


@pytest.mark.parametrize(
    "query",
    [
        'mutation { platformSwitchPlugin(slug: "tower", enabled: false, reason: "x") { plugins } }',
        'mutation { platformChangePluginSettings(slug: "tower", values: [], reason: "x") { plugins } }',
        'mutation { platformUndoPluginChange(changeId: "1", reason: "x") { plugins } }',
        '{ platformPlugin(slug: "tower") { slug } }',
        '{ platformPlugin(slug: "nobody", siteHost: "nowhere.test") { slug } }',
    ],
)
def test_nobody_else_moves_or_reads_anything(tower: None, city: Any, graphql: Ask, query: str) -> None:
    other = create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)[1]
    changes = PluginChange.objects.count()

    assert error(graphql(query)) == {"code": "FORBIDDEN"}
    assert error(graphql(query, key=other)) == {"code": "FORBIDDEN"}
    assert read(None).is_on("tower")
    assert PluginChange.objects.count() == changes


@pytest.mark.parametrize(
    ("variables", "extensions"),
    [
        ({"slug": "nobody", "on": True}, {"code": "NOT_FOUND"}),
        ({"slug": "tower", "on": None}, {"code": "INVALID_INPUT", "field": "enabled"}),
        ({"slug": "tower", "on": True, "why": " "}, {"code": "INVALID_INPUT", "field": "reason"}),
        ({"slug": "tower", "on": False, "days": 0}, {"code": "INVALID_INPUT", "field": "sunsetDays"}),
        ({"slug": "tower", "on": False, "days": 2147483647}, {"code": "INVALID_INPUT", "field": "sunsetDays"}),
        ({"slug": "tower", "on": True, "days": 3}, {"code": "INVALID_INPUT", "field": "sunsetDays"}),
        (
            {"slug": "tower", "on": False, "days": 3, "host": "party.test"},
            {"code": "INVALID_INPUT", "field": "sunsetDays"},
        ),
        ({"slug": "tower", "on": False, "host": "nowhere.test"}, {"code": "INVALID_INPUT", "field": "siteHost"}),
        ({"slug": "tower", "on": False, "host": "twice.test"}, {"code": "INVALID_INPUT", "field": "siteHost"}),
        ({"slug": "tower", "on": False, "host": "gov.test:x"}, {"code": "INVALID_INPUT", "field": "siteHost"}),
        (
            {"slug": "tower", "on": False, "host": "gov.test:" + "9" * 30},
            {"code": "INVALID_INPUT", "field": "siteHost"},
        ),
        ({"slug": "tower", "on": False}, {"code": "CONFLICT"}),
    ],
)
def test_what_cannot_be_done_has_a_code_and_changes_nothing(
    plug: Plug, sites: None, key: str, graphql: Ask, variables: dict[str, Any], extensions: dict[str, Any]
) -> None:
    plug("tower", Tower())
    plug("clock", requires_plugins={"tower": ">=1"})
    changes = PluginChange.objects.count()

    answer = graphql(SWITCH, key=key, variables=variables)

    assert answer["data"] == {"platformSwitchPlugin": None}
    assert error(answer) == extensions
    assert read(None).enabled >= {"tower", "clock"}
    assert PluginChange.objects.count() == changes


def test_what_hangs_together_moves_together_when_asked_for(plug: Plug, key: str, graphql: Ask) -> None:
    plug("tower", Tower())
    plug("clock", requires_plugins={"tower": ">=1"})

    off = graphql(SWITCH, key=key, variables={"slug": "tower", "on": False, "days": 7, "d": True})
    retired = graphql("{ towerBell }")
    on = graphql(SWITCH, key=key, variables={"slug": "clock", "on": True, "n": True})

    assert off["data"]["platformSwitchPlugin"]["plugins"] == ["clock", "tower"]
    assert retired["data"] == {"towerBell": None}
    assert on["data"]["platformSwitchPlugin"]["plugins"] == ["clock", "tower"]


def test_one_site_is_switched_alone_and_follows_the_others_again(
    tower: None, sites: None, key: str, graphql: Ask, client: Client
) -> None:
    def party() -> Any:
        return client.get("/graphql/", {"query": "{ towerBell }"}, headers={"host": "party.test"}).json()

    variables = {"slug": "tower", "on": False, "host": "party.test"}
    graphql(SWITCH, key=key, variables=variables)
    assert error(party())["code"] == "PLUGIN_DISABLED"
    assert graphql("{ towerBell }") == {"data": {"towerBell": "bell"}}

    graphql(SWITCH, key=key, variables=variables | {"on": None})
    assert party() == {"data": {"towerBell": "bell"}}
    assert graphql(SWITCH, key=key, variables=variables | {"host": "twice.test:8000"})["data"]["platformSwitchPlugin"]


def test_settings_are_written_and_read_in_json_for_all_and_for_one_site(
    tower: None, sites: None, key: str, graphql: Ask
) -> None:
    everywhere = {"values": [{"name": "strokes", "value": "5"}, {"name": "tone", "value": '"低"'}]}
    on_one = {"values": [{"name": "strokes", "value": "7"}], "host": "party.test"}

    changed = [graphql(SET, key=key, variables=given) for given in (everywhere, on_one)]
    files = [
        graphql(FILE, key=key, variables={"host": host})["data"]["platformPlugin"] for host in (None, "party.test")
    ]

    assert [one["data"]["platformChangePluginSettings"]["plugins"] for one in changed] == [["tower"], ["tower"]]
    assert files[0]["settings"] == [
        {"name": "strokes", "kind": "integer", "value": "5", "default": "3", "perSite": True},
        {"name": "tone", "kind": "text", "value": '"低"', "default": '""', "perSite": False},
    ]
    assert [one["value"] for one in files[1]["settings"]] == ["7", '"低"']
    graphql(SET, key=key, variables={"values": [{"name": "tone"}, {"name": "strokes", "value": None}]})
    back = graphql(FILE, key=key)["data"]["platformPlugin"]["settings"]
    assert [one["value"] for one in back] == ["3", '""']


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ([{"name": "strokes", "value": "13"}], "strokes"),
        ([{"name": "strokes", "value": "{"}], "strokes"),
        ([{"name": "tone", "value": '"a\\u0000"'}], "tone"),
        ([{"name": "tone", "value": '"x"'}, {"name": "nothing", "value": "1"}], "nothing"),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(
    tower: None, key: str, graphql: Ask, values: list[dict[str, str]], field: str
) -> None:
    answer = graphql(SET, key=key, variables={"values": values})

    assert error(answer) == {"code": "INVALID_INPUT", "field": field}
    assert dict(read(None).settings["tower"]) == {"strokes": 3, "tone": ""}


def test_the_file_tells_what_was_done_and_what_a_switch_would_move(tower: None, key: str, graphql: Ask) -> None:
    change = graphql(SWITCH, key=key, variables={"slug": "tower", "on": False, "why": "维护"})
    undo = 'mutation ($i: ID!) { platformUndoPluginChange(changeId: $i, reason: "好了") { plugins } }'
    graphql(undo, key=key, variables={"i": change["data"]["platformSwitchPlugin"]["changeId"]})

    file = graphql(FILE, key=key)["data"]["platformPlugin"]
    moved = graphql('{ platformPlugin(slug: "tower") { consequences { kind items count serious } } }', key=key)

    assert (file["slug"], file["version"], file["enabled"], file["sunset"]) == ("tower", "1.0", True, False)
    assert file["changes"][:2] == [
        {
            "actor": "平台",
            "reason": "好了",
            "before": '{"tower":{"enabled":false}}',
            "after": '{"tower":{"enabled":true}}',
            "undone": False,
        },
        {
            "actor": "平台",
            "reason": "维护",
            "before": '{"tower":{"enabled":true}}',
            "after": '{"tower":{"enabled":false}}',
            "undone": True,
        },
    ]
    assert {"kind": "graphql", "items": ["towerBell"], "count": 1, "serious": False} in moved["data"]["platformPlugin"][
        "consequences"
    ]


@pytest.mark.parametrize("number", ["x", "0", "99999999", "9" * 40, "١"])
def test_a_change_that_does_not_exist_cannot_be_undone(key: str, graphql: Ask, number: str) -> None:
    query = 'mutation ($i: ID!) { platformUndoPluginChange(changeId: $i, reason: "x") { plugins } }'

    assert error(graphql(query, key=key, variables={"i": number})) == {"code": "NOT_FOUND"}
