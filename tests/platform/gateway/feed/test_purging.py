"""Caches in front hear which keys are out of date: after changes, after switches, and when somebody purges by hand."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import User
from civicnet.contract import InvalidInput, NotFound, Refused
from civicnet.delivery.models import Delivery, Webhook
from civicnet.delivery.services import register_webhook
from civicnet.delivery.shapes import Shape
from civicnet.gateway.cache.purging import MOST, purge
from civicnet.gateway.cache.surrogates import node_key
from civicnet.gateway.feed import announcing
from civicnet.gateway.feed.sequencer import catch_up
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.stamps import versions
from civicnet.lifecycle.activation import disable_plugin
from civicnet_grid.services import open_grid
from civicnet_hotline.models import Category, Group
from civicnet_hotline.services import open_category

pytestmark = pytest.mark.django_db
PERMISSION = "civicnet_gateway.purge_cache"
PURGE = """mutation ($keys: [String!], $all: Boolean, $reason: String!, $key: String) {
  platformPurgeCache(keys: $keys, everything: $all, reason: $reason, idempotencyKey: $key) { purged }
}"""


@pytest.fixture
def town(city) -> Any:
    """The organisations, when the feed has told all there is."""
    catch_up(seconds=10)
    return city


@pytest.fixture
def cache(town) -> Webhook:
    """A cache in front that wants to be told."""
    client = create_client(name="前置缓存", organisation=town["222403001"], scopes=[], actor=SYSTEM)[0]
    given: dict[str, Any] = {"url": "https://cache.example.cn/", "kinds": ["cache.purge"], "shape": Shape("TAGS")}
    return register_webhook(client=client, actor=SYSTEM, **given)[0]


def category(number: int = 1) -> None:
    open_category(actor=SYSTEM, code=f"kind-{number}", name="路灯", group=Group.HELP)


def told(cache: Webhook) -> list[list[str]]:
    return [one.payload["keys"] for one in cache.deliveries.order_by("created_at")]


def test_a_change_that_anybody_may_read_is_told_by_plugin_and_type(town, cache) -> None:
    open_grid(organisation=town["222403001001"], code="222403001001001", name="网格", actor=SYSTEM)
    catch_up(seconds=10)
    assert told(cache) == []

    category()
    category(2)
    catch_up(seconds=10)

    assert told(cache) == [["HotlineCategory", "civicnet-host", "civicnet-hotline"]]


def test_the_feed_is_brought_forward_for_a_cache_alone(town, cache, django_capture_on_commit_callbacks) -> None:
    # What was done so far counts as committed.
    connection.run_on_commit = [one for one in connection.run_on_commit if one[1] is not announcing._wake]

    with django_capture_on_commit_callbacks(execute=True):
        category()

    assert told(cache) == [["HotlineCategory", "civicnet-host", "civicnet-hotline"]]


def test_a_switch_empties_caches_and_what_waited_is_part_of_that(
    town, cache, django_capture_on_commit_callbacks
) -> None:
    category()
    catch_up(seconds=10)

    with django_capture_on_commit_callbacks(execute=True):
        disable_plugin(slug="assessment", actor=SYSTEM, reason="test")

    assert told(cache) == [["civicnet"]]


@pytest.mark.parametrize(
    ("what", "keys", "kinds"),
    [
        (["HotlineCategory", "Grid"], ["Grid", "HotlineCategory"], {"type:Grid", "type:HotlineCategory"}),
        (["node"], ["node"], {"type:HotlineCategory"}),
        (["civicnet_hotline_category"], ["civicnet"], {"civicnet_hotline_category"}),
        ([], ["civicnet"], {"purge"}),
    ],
    ids=["types", "a node", "a table", "everything"],
)
def test_purging_by_hand_moves_versions_tells_caches_and_is_recorded(cache, what, keys, kinds) -> None:
    category()
    node = to_global_id("HotlineCategory", Category.objects.get().pk)
    what = [node if one == "node" else one for one in what]
    before = versions()

    purge(keys=what, everything=not what, actor=SYSTEM, reason="门户显示旧内容")

    after = versions()
    assert {kind for kind in after if kind in kinds or kind.startswith("type:")} >= kinds
    assert all(after[kind] != before.get(kind) for kind in kinds)
    assert told(cache) == [[node_key(node) if one == "node" else one for one in keys]]
    kept = AuditRecord.objects.get(action="gateway.purge_cache")
    assert (kept.after, kept.reason) == ({"purged": sorted(what) or ["*"]}, "门户显示旧内容")


def test_what_cannot_be_purged_purges_nothing(cache, actor) -> None:
    for error, given in (
        (NotFound, {"keys": ["HotlineCategory", "strange"]}),
        (InvalidInput, {"keys": []}),
        (InvalidInput, {"keys": ["Grid"], "everything": True}),
        (InvalidInput, {"keys": [f"k{n}" for n in range(MOST + 1)]}),
        (InvalidInput, {"keys": ["Grid"], "reason": " "}),
        (Refused, {"keys": ["Grid"], "actor": actor(["civicnet_access.change_apiclient"], "222403")}),
    ):
        before = versions()
        with pytest.raises(error):
            purge(**{"actor": SYSTEM, "reason": "x"} | given)
        assert (versions(), told(cache)) == (before, [])
    assert not AuditRecord.objects.filter(action="gateway.purge_cache").exists()


def test_keys_that_pile_up_become_everything_before_no_cache_takes_their_message(cache) -> None:
    for start in range(0, 300, MOST):
        ids = [to_global_id("HotlineCategory", number) for number in range(start, start + MOST)]
        purge(actor=SYSTEM, reason="x", keys=ids)
        assert len(told(cache)[0]) == (start + MOST if start < 200 else 1)

    assert told(cache) == [["civicnet"]]


def test_the_command_goes_the_same_way(cache) -> None:
    out = StringIO()

    call_command("cache", "purge", "--all", "--reason", "迁移", stdout=out)

    assert (out.getvalue(), told(cache)) == ("purged: everything\n", [["civicnet"]])
    assert AuditRecord.objects.get(action="gateway.purge_cache").reason == "迁移"


def test_a_portal_with_the_scope_purges_once_under_a_key(town, cache, graphql: Callable[..., dict[str, Any]]) -> None:
    key = create_client(name="平台", organisation=town["222403"], scopes=["platform.cache"], actor=SYSTEM)[1]
    other = create_client(name="门户", organisation=town["222403"], scopes=["grid.read"], actor=SYSTEM)[1]
    given = {"keys": ["Grid"], "reason": "改版", "key": "purge-1"}

    for _time in range(2):
        answer = graphql(PURGE, key=key, variables=given)
        assert answer == {"data": {"platformPurgeCache": {"purged": ["Grid"]}}}
    refused = graphql(PURGE, key=other, variables=given)
    neither = graphql(PURGE, key=key, variables={"reason": "改版"})

    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert neither["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "keys"}
    assert AuditRecord.objects.filter(action="gateway.purge_cache").count() == 1
    assert Delivery.objects.count() == 1


def test_on_its_screen_somebody_purges_types_nodes_or_everything(
    town, cache, staff: Callable[..., User], client: Client
) -> None:
    category()
    node = to_global_id("HotlineCategory", Category.objects.get().pk)
    client.force_login(staff(["wagtailadmin.access_admin"], "222403"))
    assert client.get("/admin/caches/").status_code == 302
    client.force_login(staff(["wagtailadmin.access_admin", PERMISSION], "222403", username="keeper"))
    assert "/admin/caches/" in client.get("/admin/").content.decode()

    unknown = client.post("/admin/caches/", {"ids": "strange", "reason": "x"})
    nothing = client.post("/admin/caches/", {"reason": "x"})
    assert [answer.status_code for answer in (unknown, nothing)] == [400, 400]
    assert "strange" in str(unknown.context["form"].errors["ids"])
    assert told(cache) == []

    for given in ({"types": ["Grid"], "ids": f" {node}\n"}, {"everything": "on"}):
        assert client.post("/admin/caches/", given | {"reason": "前台仍显示旧文章"}).status_code == 302
    kept = AuditRecord.objects.filter(action="gateway.purge_cache").order_by("pk")
    assert [one.after["purged"] for one in kept] == [sorted(["Grid", node]), ["*"]]
