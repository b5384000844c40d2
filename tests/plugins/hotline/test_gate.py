"""The gate: switched off, the hotline is nowhere; switched on again, everything is back."""

from __future__ import annotations

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet_hotline.models import Case, CaseStep, Category, Source

QUERIES = [
    "{ hotlineCategories { totalCount } }",
    "{ hotlineCases { totalCount } }",
    '{ hotlineCase(number: "x") { number } }',
    'mutation { hotlineWithdrawCase(number: "x") { errors { code } } }',
    "{ __typename ... on HotlineCase { number } }",
]


@pytest.fixture
def addresses(submit, portal, watch):
    """Every kind of address the hotline has, with a portal's key where one is needed."""
    sender = portal()
    case = submit(actor=sender.actor, source=Source.OPEN311)
    return [
        "/open311/v2/discovery.json",
        "/open311/v2/services.xml",
        "/open311/v2/services/street-light.json",
        f"/open311/v2/requests.json?api_key={sender.key}",
        f"/open311/v2/requests/{case.number}.json?api_key={sender.key}",
        f"/open311/v2/tokens/{case.token}.json",
        "/requests/",
        f"/requests/received/{case.token}/",
        "/requests/progress/",
        f"/requests/progress/{case.token}/",
        "/desk/hotline/",
        f"/desk/hotline/{case.number}/",
        "/admin/hotline/cases/",
        f"/admin/hotline/cases/{case.pk}/",
    ]


@pytest.fixture
def everybody(staff, worker):
    """A superuser, a dispatcher, and the worker on duty, who can also enter the admin."""
    root = User.objects.create_superuser(username="root", password="demo-only-1234")
    dispatcher = staff(
        ["wagtailadmin.access_admin", "civicnet_hotline.view_case", "civicnet_hotline.dispatch_case"],
        username="dispatcher",
    )
    return [root, dispatcher, worker]


def stored():
    return [list(model.objects.order_by("pk").values()) for model in (Category, Case, CaseStep)]


def test_off_means_404_everywhere_for_everybody_and_nothing_is_lost(client, addresses, everybody):
    dispatcher = everybody[1]
    client.force_login(dispatcher)
    before = {address: client.get(address).status_code for address in addresses}
    kept = stored()

    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")
    for person in everybody:
        client.force_login(person)
        assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)
        assert "/admin/hotline/" not in client.get("/admin/", follow=True).content.decode()
        assert "/desk/hotline/" not in client.get("/desk/").content.decode()
    posted = client.post("/open311/v2/requests.json", {"service_code": "street-light"})
    assert (posted.status_code, client.post("/requests/", {}).status_code) == (404, 404)
    assert stored() == kept

    enable_plugin(slug="hotline", actor=SYSTEM, reason="test")
    client.force_login(dispatcher)
    assert {address: client.get(address).status_code for address in addresses} == before
    assert set(before.values()) == {200}
    assert stored() == kept


@pytest.mark.parametrize("query", QUERIES)
def test_off_means_a_code_in_graphql(graphql, street_light, query):
    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")

    errors = graphql(query)["errors"]

    assert {one["extensions"]["code"] for one in errors} == {"PLUGIN_DISABLED"}
    assert {one["extensions"]["plugin"] for one in errors} == {"hotline"}
    enable_plugin(slug="hotline", actor=SYSTEM, reason="test")
    assert "PLUGIN_DISABLED" not in str(graphql(query))


def test_off_leaves_no_trace_in_the_schema(client, db):
    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")

    assert "hotline" not in client.get("/graphql/schema.graphql").content.decode().lower()
