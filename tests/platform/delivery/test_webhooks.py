"""Webhooks: added, changed and ended by whoever changes the client, on the record, the secret told once."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client, revoke_client
from civicnet.access.models import ApiClient
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, Refused
from civicnet.delivery.models import Delivery, Webhook
from civicnet.delivery.posting import post
from civicnet.delivery.selectors import visible_deliveries, visible_webhooks
from civicnet.delivery.services import change_webhook, end_webhook, register_webhook, replay_delivery
from civicnet.ledger.models import AuditRecord

VIEW, CHANGE = "civicnet_access.view_apiclient", "civicnet_access.change_apiclient"
URL = "https://portal.example.cn/hooks"
KINDS = ["schema.changed"]


@pytest.fixture
def portal(city) -> ApiClient:
    return create_client(name="演示门户", organisation=city["222403001"], scopes=[], actor=SYSTEM)[0]


@pytest.fixture
def webhook(portal: ApiClient) -> Webhook:
    return register_webhook(client=portal, url=URL, kinds=KINDS, actor=SYSTEM)[0]


def delivery_of(webhook: Webhook) -> Delivery:
    post(kind="schema.changed", payload={})
    return webhook.deliveries.get()


def test_registering_is_recorded_without_the_secret_which_lies_sealed(portal, actor) -> None:
    manager = actor([VIEW, CHANGE], "222403001")

    made, secret = register_webhook(client=portal, url=f" {URL} ", kinds=KINDS, actor=manager, reason="联调")

    assert re.fullmatch(r"cvw_[0-9a-f]{64}", secret)
    assert (made.url, made.kinds, made.sites) == (URL, KINDS, [])
    kept = AuditRecord.objects.get(action="delivery.register_webhook")
    assert kept.after == {"client": "演示门户", "url": URL, "kinds": KINDS, "sites": []}
    assert (kept.actor_id, kept.reason) == (manager.id, "联调")
    assert Webhook.objects.get().secret == secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM civicnet_delivery_webhook")
        assert secret not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "http://portal.example.cn/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["never.heard"]}, "kinds"),
        ({"sites": [99]}, "sites"),
    ],
)
def test_what_cannot_be_given_is_said_by_its_field_and_nothing_changes(portal, webhook, given, field) -> None:
    values = {"url": URL, "kinds": KINDS, "sites": []} | given

    with pytest.raises(InvalidInput) as refused:
        register_webhook(client=portal, actor=SYSTEM, **values)
    assert refused.value.field == field
    with pytest.raises(InvalidInput):
        change_webhook(webhook=webhook, actor=SYSTEM, reason="x", **values)

    assert list(Webhook.objects.values_list("url", "kinds", "sites")) == [(URL, KINDS, [])]
    assert not AuditRecord.objects.filter(action="delivery.change_webhook").exists()


def test_a_client_bound_to_a_site_is_told_of_no_other(city) -> None:
    site = Site.objects.get()
    other = Site.objects.create(hostname="other.test", root_page=site.root_page)
    bound, _key = create_client(name="某站点", organisation=city["222403"], scopes=[], sites=[site.pk], actor=SYSTEM)

    with pytest.raises(InvalidInput) as refused:
        register_webhook(client=bound, url=URL, kinds=KINDS, sites=[other.pk], actor=SYSTEM)

    assert refused.value.field == "sites"
    assert not Webhook.objects.exists()


def test_changing_is_recorded_with_both_sides_and_keeps_the_secret(webhook) -> None:
    secret = Webhook.objects.get().secret

    change_webhook(webhook=webhook, url=f"{URL}/2", kinds=KINDS, sites=[], actor=SYSTEM, reason="搬迁")

    changed = Webhook.objects.get()
    assert (changed.url, changed.secret) == (f"{URL}/2", secret)
    kept = AuditRecord.objects.get(action="delivery.change_webhook")
    assert (kept.before["url"], kept.after["url"], kept.reason) == (URL, f"{URL}/2", "搬迁")


def test_an_ended_webhook_stays_ended(webhook) -> None:
    delivery = delivery_of(webhook)
    end_webhook(webhook=webhook, actor=SYSTEM, reason="合作结束")

    for act in (
        lambda: end_webhook(webhook=webhook, actor=SYSTEM, reason="x"),
        lambda: change_webhook(webhook=webhook, url=URL, kinds=KINDS, sites=[], actor=SYSTEM, reason="x"),
        lambda: replay_delivery(delivery=delivery, actor=SYSTEM),
    ):
        with pytest.raises(Conflict):
            act()

    assert Webhook.objects.get().end_reason == "合作结束"
    assert AuditRecord.objects.filter(action__startswith="delivery.").count() == 2
    post(kind="schema.changed", payload={})
    assert Delivery.objects.count() == 1


def test_a_revoked_client_gets_no_webhook(portal) -> None:
    revoke_client(client=portal, actor=SYSTEM, reason="x")

    with pytest.raises(Conflict):
        register_webhook(client=portal, url=URL, kinds=KINDS, actor=SYSTEM)

    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("permissions", "code", "error"),
    [([], "222403", NotFound), ([VIEW], "222403", Refused), ([VIEW, CHANGE], "222403100", NotFound)],
    ids=["nothing", "only looking", "elsewhere"],
)
def test_only_whoever_changes_the_client_changes_its_webhooks(portal, webhook, actor, permissions, code, error) -> None:
    somebody: Actor = actor(permissions, code)
    delivery = delivery_of(webhook)
    Delivery.objects.update(state="GIVEN_UP", next_at=None)
    before = list(Webhook.objects.values())

    for act in (
        lambda: register_webhook(client=portal, url=URL, kinds=KINDS, actor=somebody),
        lambda: change_webhook(webhook=webhook, url=URL, kinds=KINDS, sites=[], actor=somebody, reason="x"),
        lambda: end_webhook(webhook=webhook, actor=somebody, reason="x"),
        lambda: replay_delivery(delivery=delivery, actor=somebody),
    ):
        with pytest.raises(error):
            act()

    assert list(Webhook.objects.values()) == before
    assert Delivery.objects.get().state == "GIVEN_UP"
    seen = permissions and code == "222403"
    assert visible_webhooks(somebody).exists() is bool(seen)
    assert visible_deliveries(somebody).exists() is bool(seen)


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("deliveries", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_lists_by_state_and_replays(webhook) -> None:
    delivery = delivery_of(webhook)
    assert f"{delivery.pk}" in told("list") and "waiting" in told("list", "--state", "waiting")
    Delivery.objects.update(state="GIVEN_UP", next_at=None, attempts=8, status=500, failure="STATUS")

    assert told("list", "--state", "waiting") == ""
    line = told("list", "--state", "given_up")
    assert all(part in line for part in ("given_up", "8×", "schema.changed", URL, "500 STATUS"))
    assert told("replay", str(delivery.pk)) == f"{delivery.pk}: waiting\n"

    again = Delivery.objects.get()
    assert (again.state, again.attempts) == ("WAITING", 0)
    assert AuditRecord.objects.get(action="delivery.replay").actor_id == "cli"


def test_the_command_sends_what_is_due(webhook) -> None:
    assert told("send") == "0 tried\n"


@pytest.mark.parametrize("number", ["", "7", "00000000-0000-0000-0000-000000000000"])
def test_the_command_says_when_there_is_no_such_delivery(webhook, number) -> None:
    with pytest.raises(CommandError, match="name a delivery"):
        told("replay", number)


def test_the_command_does_not_replay_what_is_on_its_way(webhook) -> None:
    delivery = delivery_of(webhook)

    with pytest.raises(CommandError):
        told("replay", str(delivery.pk))

    assert not AuditRecord.objects.filter(action="delivery.replay").exists()
