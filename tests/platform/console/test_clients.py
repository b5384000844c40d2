"""The screens of API clients: shown to posts that look after them, one form per act, a key shown once."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.callers import caller
from civicnet.access.clients import create_client
from civicnet.access.keys import KeyRefused
from civicnet.access.models import ApiClient, ApiKey, ClientRefusal, Organisation, RefusalCause, User
from civicnet.console.client_forms import after, last_day
from civicnet.console.client_state import state_of
from civicnet.ledger.models import AuditRecord

VIEW = ["wagtailadmin.access_admin", "civicnet_access.view_apiclient"]
ALL = [*VIEW, "civicnet_access.add_apiclient", "civicnet_access.change_apiclient"]
CREDENTIAL = re.compile(r"cv[ns]_[a-z0-9]{8}_[A-Za-z0-9]{40}_[0-9a-f]{8}")


@pytest.fixture
def portal(city: dict[str, Organisation]) -> ApiClient:
    return create_client(name="演示门户", organisation=city["222403001"], scopes=["grid.read"], actor=SYSTEM)[0]


@pytest.fixture
def signed_in(staff: Callable[..., User], client: Client) -> Callable[..., Client]:
    def sign_in(permissions: list[str], code: str = "222403") -> Client:
        client.force_login(staff(permissions, code))
        return client

    return sign_in


def opens(key: str) -> bool:
    try:
        caller(RequestFactory().get("/"), key)
    except KeyRefused:
        return False
    return True


def filled(**changed: str | list[str]) -> dict[str, str | list[str]]:
    return {
        "name": "省里的门户",
        "organisation": "222403",
        "scopes": ["grid.read"],
        "networks": "127.0.0.0/8\n2001:db8::/32",
        "expires_on": "2099-12-31",
        "reason": "联调",
    } | changed


def test_registering_shows_the_key_once_and_it_opens(signed_in, city) -> None:
    browser = signed_in(ALL)
    assert "读取网格、岗位和当班情况" in browser.get("/admin/clients/new/").content.decode()

    shown = browser.post("/admin/clients/new/", filled())

    page = shown.content.decode()
    keys = set(CREDENTIAL.findall(page))
    assert len(keys) == 1
    assert "no-store" in shown["Cache-Control"]
    assert "curl http://testserver/graphql/" in page
    made = ApiClient.objects.get()
    assert (made.networks, made.scopes) == (["127.0.0.0/8", "2001:db8::/32"], ["grid.read"])
    assert last_day(made.expires_at).isoformat() == "2099-12-31"
    assert opens(keys.pop())
    assert AuditRecord.objects.get(action="access.create_client").reason == "联调"
    later = browser.get(f"/admin/clients/{made.pk}/").content.decode()
    assert not CREDENTIAL.search(later)
    assert f"cvn_{made.keys.get().prefix}_…" in later


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"networks": "10.1.2.3/24"}, "10.1.2.0/24"),
        ({"expires_on": "2020-01-01"}, "已经过去"),
        ({"name": "演示门户"}, "已有"),
        ({"organisation": "999999"}, ""),
        ({"reason": ""}, ""),
    ],
)
def test_what_cannot_be_given_is_said_beside_its_field_and_what_was_typed_stays(
    signed_in, portal, changed, told
) -> None:
    browser = signed_in(ALL)

    answer = browser.post("/admin/clients/new/", filled(**changed))

    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert told in page
    assert "2001:db8::/32" in page or "10.1.2.3/24" in page
    assert not CREDENTIAL.search(page)
    assert ApiClient.objects.count() == 1


def test_the_list_tells_state_last_use_and_rights_in_words(signed_in, portal) -> None:
    browser = signed_in(VIEW)

    page = browser.get("/admin/clients/").content.decode()

    for told in ("演示门户", "有效", "渤海街道", "读取网格、岗位和当班情况", "尚未使用"):
        assert told in page
    assert "/admin/clients/new/" not in page


def test_an_empty_list_names_the_next_step(signed_in) -> None:
    assert "还没有门户" in signed_in(ALL).get("/admin/clients/").content.decode()


def test_rotating_shows_the_next_key_and_lets_the_old_one_end_by_itself(signed_in, portal) -> None:
    browser = signed_in(ALL)

    page = browser.post(f"/admin/clients/{portal.pk}/key/", {"overlap": "7", "reason": "每年更换"}).content.decode()

    assert len(set(CREDENTIAL.findall(page))) == 1
    assert portal.keys.count() == 2
    again = browser.post(f"/admin/clients/{portal.pk}/key/", {"overlap": "7", "reason": "再点一次"})
    assert again.status_code == 400
    assert portal.keys.count() == 2


def test_revoking_a_key_and_the_client_asks_why(signed_in, portal) -> None:
    browser = signed_in(ALL)
    key = portal.keys.get()

    assert browser.post(f"/admin/clients/{portal.pk}/key/{key.pk}/revoke/", {"reason": ""}).status_code == 400
    assert ApiKey.objects.filter(revoked_at=None).exists()
    assert browser.post(f"/admin/clients/{portal.pk}/key/{key.pk}/revoke/", {"reason": "泄露"}).status_code == 302
    assert browser.post(f"/admin/clients/{portal.pk}/revoke/", {"reason": "合作结束"}).status_code == 302

    page = browser.get(f"/admin/clients/{portal.pk}/").content.decode()
    assert "合作结束" in page
    assert "泄露" in page
    assert f"/admin/clients/{portal.pk}/key/" not in page


def test_a_secret_is_shown_once_and_withdrawn(signed_in, portal) -> None:
    browser = signed_in(ALL)

    page = browser.post(f"/admin/clients/{portal.pk}/secret/", {"reason": "对方只支持 OAuth2"}).content.decode()

    assert next(iter(CREDENTIAL.findall(page))).startswith("cvs_")
    assert "grant_type=client_credentials" in page
    later = browser.get(f"/admin/clients/{portal.pk}/").content.decode()
    assert "cvs_" not in later
    browser.post(f"/admin/clients/{portal.pk}/secret/withdraw/", {"reason": "改用密钥"})
    assert ApiClient.objects.get().application is None


def test_the_page_tells_what_was_refused_and_from_where(signed_in, portal) -> None:
    ClientRefusal.objects.create(
        client=portal, cause=RefusalCause.ADDRESS, count=12, last_at=timezone.now(), last_address="203.0.113.9"
    )

    page = signed_in(VIEW).get(f"/admin/clients/{portal.pk}/").content.decode()

    assert "203.0.113.9" in page
    assert "12 次" in page


def test_rights_are_changed_on_a_form_that_shows_them(signed_in, portal) -> None:
    browser = signed_in(ALL)
    assert "演示门户" in browser.get(f"/admin/clients/{portal.pk}/rights/").content.decode()

    answer = browser.post(f"/admin/clients/{portal.pk}/rights/", filled(name="演示门户", scopes=["hotline.read"]))

    assert answer.status_code == 302
    assert ApiClient.objects.get().scopes == ["hotline.read"]


ADDRESSES = ["", "new/", "{0}/", "{0}/rights/", "{0}/key/", "{0}/key/{1}/revoke/", "{0}/secret/", "{0}/revoke/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_has_no_such_post_is_not_let_in(signed_in, portal, address: str) -> None:
    browser = signed_in(["wagtailadmin.access_admin"])

    answer = browser.get("/admin/clients/" + address.format(portal.pk, portal.keys.get().pk))

    assert answer.status_code == 302
    assert "clients" not in browser.get("/admin/").content.decode()


@pytest.mark.parametrize("address", ADDRESSES[2:])
def test_a_client_of_another_organisation_is_told_like_one_that_does_not_exist(signed_in, portal, address: str) -> None:
    browser = signed_in(ALL, "222403100")
    key = portal.keys.get().pk

    hidden = browser.get("/admin/clients/" + address.format(portal.pk, key))
    absent = browser.get("/admin/clients/" + address.format(portal.pk + 1000, key))

    assert hidden.status_code == absent.status_code == 404
    assert "演示门户" not in browser.get("/admin/clients/").content.decode()


def test_the_state_says_what_there_is_to_do(portal) -> None:
    now = timezone.now()
    key = portal.keys.get()

    def state(**changed: object) -> str:
        ApiClient.objects.update(**{"expires_at": None} | changed)
        return state_of(ApiClient.objects.prefetch_related("keys").get(), now=now).kind

    assert state() == "valid"
    assert state(expires_at=now + timedelta(days=31)) == "valid"
    assert state(expires_at=now + timedelta(days=29)) == "soon"
    assert state(expires_at=now) == "ended"
    ApiKey.objects.filter(pk=key.pk).update(expires_at=now + timedelta(days=5))
    assert state() == "soon"
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=now)
    assert state() == "ended"


def test_a_last_day_is_valid_until_its_midnight() -> None:
    end = after(timezone.localdate())

    assert timezone.localtime(end).strftime("%H:%M") == "00:00"
    assert last_day(end) == timezone.localdate()
    assert last_day(None) is after(None) is None


def test_the_last_day_of_the_calendar_is_refused_beside_its_field(signed_in, city) -> None:
    answer = signed_in(ALL).post("/admin/clients/new/", filled(expires_on="9999-12-31"))

    assert answer.status_code == 400
    assert "expires_on" in answer.context["form"].errors
    assert not ApiClient.objects.exists()
