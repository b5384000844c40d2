"""The screens of webhooks: the secret shown once, the log in words, sending again, each act behind its permission."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client, revoke_client
from civicnet.access.models import ApiClient, Organisation, User
from civicnet.console.webhook_state import webhook_state
from civicnet.delivery import kinds
from civicnet.delivery.models import Delivery, Webhook
from civicnet.delivery.posting import post
from civicnet.delivery.services import end_webhook, register_webhook
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin

VIEW = ["wagtailadmin.access_admin", "civicnet_access.view_apiclient"]
CHANGE = [*VIEW, "civicnet_access.change_apiclient"]
URL = "https://portal.example.cn/hooks"
FILLED = {"url": URL, "kinds": ["schema.changed"], "reason": "联调"}


@pytest.fixture
def portal(city: dict[str, Organisation]) -> ApiClient:
    return create_client(name="演示门户", organisation=city["222403001"], scopes=[], actor=SYSTEM)[0]


@pytest.fixture
def webhook(portal: ApiClient) -> Webhook:
    return register_webhook(client=portal, url=URL, kinds=["schema.changed"], actor=SYSTEM)[0]


@pytest.fixture
def browser(staff: Callable[..., User], client: Client) -> Callable[..., Client]:
    """Signs in and reads English."""

    def sign_in(permissions: list[str], code: str = "222403") -> Client:
        client.force_login(staff(permissions, code))
        client.cookies["civicnet_language"] = "en"
        return client

    return sign_in


def delivery(webhook: Webhook, **values: object) -> Delivery:
    """One that was sent, or not."""
    post(kind="schema.changed", payload={"site": "gov.test"})
    found = webhook.deliveries.latest("created_at")
    Delivery.objects.filter(pk=found.pk).update(**values)
    return found


def read(answer) -> str:
    return html.unescape(answer.content.decode())


def test_adding_shows_the_secret_once(browser, portal) -> None:
    office = browser(CHANGE)

    shown = office.post(f"/admin/clients/{portal.pk}/webhooks/new/", FILLED)

    (secret,) = set(re.findall(r"cvw_[0-9a-f]{64}", read(shown)))
    assert "no-store" in shown["Cache-Control"]
    made = Webhook.objects.get()
    assert (made.secret, made.url, made.kinds) == (secret, URL, ["schema.changed"])
    for address in (f"/admin/clients/{portal.pk}/", f"/admin/clients/webhooks/{made.pk}/"):
        later = read(office.get(address))
        assert URL in later and secret not in later


@pytest.mark.parametrize(
    "changed",
    [{"url": "http://portal.example.cn/"}, {"url": "https://10.0.0.1/"}, {"kinds": []}, {"reason": ""}],
    ids=["not secure", "inside", "no event", "no reason"],
)
def test_what_cannot_be_given_is_said_beside_its_field_and_what_was_typed_stays(browser, portal, changed) -> None:
    given = FILLED | changed

    answer = browser(CHANGE).post(f"/admin/clients/{portal.pk}/webhooks/new/", given)

    assert answer.status_code == 400
    assert given["url"] in read(answer)
    assert answer.context["form"].errors.keys() == changed.keys()
    assert not Webhook.objects.exists()


def test_the_log_tells_in_words_what_happened_and_narrows(browser, webhook) -> None:
    delivery(webhook, state="DELIVERED", next_at=None, attempts=1, status=204, duration_ms=12)
    lost = delivery(webhook, state="GIVEN_UP", next_at=None, attempts=8, status=500, failure="STATUS")
    delivery(webhook)
    office, page = browser(VIEW), f"/admin/clients/webhooks/{webhook.pk}/"

    everything = read(office.get(page))
    narrowed = read(office.get(page, {"state": "GIVEN_UP", "kind": "schema.changed"}))
    nonsense = read(office.get(page, {"state": "NEVER", "p": "x"}))

    for told in ("delivered", "given up", "waiting", "The receiver refused it.", "(500)", "8 attempts", "12 ms"):
        assert told in everything
    assert "gov.test" in everything and str(lost.pk) in everything
    assert narrowed.count("schema of a site has changed</strong>") == 1
    assert nonsense.count("schema of a site has changed</strong>") == 3
    # Whoever only looks is offered no act.
    assert "Send again" not in everything and "/change/" not in everything


def test_a_long_log_has_pages_that_keep_the_choice(browser, webhook) -> None:
    for _number in range(21):
        delivery(webhook)

    page = read(browser(VIEW).get(f"/admin/clients/webhooks/{webhook.pk}/", {"state": "WAITING"}))

    assert page.count("schema of a site has changed</strong>") == 20
    assert "?state=WAITING&p=2#log" in page


def test_sending_again_is_one_click_and_recorded(browser, webhook) -> None:
    lost = delivery(webhook, state="GIVEN_UP", next_at=None, attempts=8)
    office = browser(CHANGE)
    assert f"/admin/clients/deliveries/{lost.pk}/replay/" in read(office.get(f"/admin/clients/webhooks/{webhook.pk}/"))

    answer = office.post(f"/admin/clients/deliveries/{lost.pk}/replay/", follow=True)
    again = office.post(f"/admin/clients/deliveries/{lost.pk}/replay/", follow=True)

    assert "It is sent again" in read(answer)
    assert "on its way already" in read(again)
    assert Delivery.objects.get().state == "WAITING"
    assert AuditRecord.objects.filter(action="delivery.replay").count() == 1
    assert office.get(f"/admin/clients/deliveries/{lost.pk}/replay/").status_code == 405


def test_changing_and_ending_ask_why(browser, webhook) -> None:
    office, page = browser(CHANGE), f"/admin/clients/webhooks/{webhook.pk}/"
    assert URL in read(office.get(f"{page}change/"))

    assert office.post(f"{page}change/", FILLED | {"url": f"{URL}/2", "reason": ""}).status_code == 400
    assert office.post(f"{page}change/", FILLED | {"url": f"{URL}/2"}).status_code == 302
    assert office.post(f"{page}end/", {"reason": ""}).status_code == 400
    assert office.post(f"{page}end/", {"reason": "合作结束"}).status_code == 302

    ended = Webhook.objects.get()
    assert (ended.url, ended.end_reason) == (f"{URL}/2", "合作结束")
    shown = read(office.get(page))
    assert "合作结束" in shown and "/end/" not in shown
    assert office.post(f"{page}change/", FILLED).status_code == 400


@pytest.mark.parametrize(
    ("permissions", "code", "status"),
    [(VIEW, "222403", 302), (CHANGE, "222403100", 404), (["wagtailadmin.access_admin"], "222403", 302)],
    ids=["only looking", "elsewhere", "nothing"],
)
def test_others_act_on_nothing(browser, portal, webhook, permissions, code, status) -> None:
    lost = delivery(webhook, state="GIVEN_UP", next_at=None)
    office = browser(permissions, code)

    for address, given in (
        (f"{portal.pk}/webhooks/new/", FILLED),
        (f"webhooks/{webhook.pk}/change/", FILLED | {"url": f"{URL}/2"}),
        (f"webhooks/{webhook.pk}/end/", {"reason": "x"}),
        (f"deliveries/{lost.pk}/replay/", {}),
    ):
        assert office.post(f"/admin/clients/{address}", given).status_code == status, address

    assert list(Webhook.objects.values_list("url", "ended_at")) == [(URL, None)]
    assert Delivery.objects.get().state == "GIVEN_UP"


def test_events_of_a_plugin_that_is_off_are_not_offered_but_kept(browser, portal, plug) -> None:
    plug("station")
    kinds.offer("station.opened", "A station has opened", plugin="station")
    try:
        made, _secret = register_webhook(client=portal, url=URL, kinds=["station.opened"], actor=SYSTEM)
        disable_plugin(slug="station", actor=SYSTEM, reason="x")
        office = browser(CHANGE)

        assert "A station has opened" not in read(office.get(f"/admin/clients/{portal.pk}/webhooks/new/"))
        address = f"/admin/clients/webhooks/{made.pk}/change/"
        assert "A station has opened" in read(office.get(address))
        assert office.post(address, FILLED | {"kinds": ["station.opened", "schema.changed"]}).status_code == 302
    finally:
        kinds.withdraw("station.opened")

    assert Webhook.objects.get().kinds == ["schema.changed", "station.opened"]


def test_a_webhook_is_in_one_state_that_says_what_to_do(webhook, portal) -> None:
    now = timezone.now()

    def told(**values: object) -> tuple[str, str]:
        Webhook.objects.update(**values)
        state = webhook_state(Webhook.objects.get(), now=now)
        return state.kind, state.words

    with translation.override("en"):
        assert told() == ("valid", "nothing was sent yet")
        assert told(delivered_at=now) == ("valid", "arrives")
        assert told(failing_since=now - timedelta(minutes=59)) == ("soon", "the last attempt failed")
        kind, words = told(failing_since=now - timedelta(hours=1))
        assert kind == "soon" and words.startswith("nothing arrives since ")
        revoke_client(client=portal, actor=SYSTEM, reason="x")
        assert told() == ("ended", "rests: its client has ended")
        assert told(ended_at=now) == ("ended", "ended")


def test_the_client_page_shows_its_webhooks_those_that_ended_last(browser, portal, webhook) -> None:
    register_webhook(client=portal, url=f"{URL}/new", kinds=["schema.changed"], actor=SYSTEM)
    end_webhook(webhook=Webhook.objects.get(url=f"{URL}/new"), actor=SYSTEM, reason="x")

    page = read(browser(CHANGE).get(f"/admin/clients/{portal.pk}/"))

    assert page.index(f">{URL}<") < page.index(f">{URL}/new<")
    assert f"/admin/clients/{portal.pk}/webhooks/new/" in page
