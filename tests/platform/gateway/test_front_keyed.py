"""Kept answers for API keys, before the middleware: as right as the long way, for whoever showed that very key from there."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.utils import timezone
from kept_world import GRIDS, Ask, bearer
from oauth2_provider.models import get_access_token_model

from civicnet.access import refusals
from civicnet.access.actors import SYSTEM
from civicnet.access.clients import add_key, change_client, create_client, revoke_client
from civicnet.access.keys import Kind, new_credential
from civicnet.access.models import ApiClient, ApiKey
from civicnet.access.organisation_moves import move_organisation
from civicnet.access.rotation import issue_secret, revoke_key
from civicnet.gateway.budget import leases
from civicnet.gateway.cache.front import Front
from civicnet.gateway.cache.store import store
from civicnet.gateway.http import answering
from civicnet.gateway.models import CallerDay, RefusedDay, TrustedDocument
from civicnet.gateway.trusted.selectors import Known, forget
from civicnet.gateway.trusted.services import note_use
from civicnet.gateway.usage import fields_used
from civicnet.lifecycle.tally import write_all_tallies
from civicnet_grid.models import Grid

Portal = tuple[ApiClient, str]
CITY, DISTRICT, STREET, COMMUNITY = "222403", "222403100", "222403001", "222403001001"


@pytest.fixture
def ask(whole_server: Ask) -> Ask:
    """Asks through the whole server, and nobody has asked before."""
    leases.forget_leases()
    write_all_tallies()
    CallerDay.objects.all().delete()
    return whole_server


@pytest.fixture
def portal(portals: tuple[Portal, Portal]) -> Portal:
    """A portal of the city, which may read the grid."""
    return portals[0]


def kept(ask: Ask, who: Portal, **how: Any) -> dict[str, Any]:
    """Ask until the answer comes from the front, and give how it was asked."""
    how = bearer(who) | how
    first, again = ask(GRIDS, **how), ask(GRIDS, **how)
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert first.answer["data"]["grid"]["name"] == "第一网格"
    assert (again.statements, again.headers) == (1, first.headers)
    return how


def change(client: ApiClient, **what: Any) -> None:
    client.refresh_from_db()
    names = ("name", "scopes", "sites", "networks", "expires_at", "hourly_cost")
    given = {name: getattr(client, name) for name in names} | what
    change_client(client=client, actor=SYSTEM, reason="test", **given)


def test_an_answer_for_a_key_costs_one_statement_and_stays_private(ask: Ask, portal: Portal) -> None:
    how = kept(ask, portal)
    again = ask(GRIDS, **how)
    assert again.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert again.headers["Vary"] == "Accept, Accept-Language, Authorization, Cookie"
    assert again.headers["Content-Security-Policy"]
    assert ask(GRIDS, get=True, **how).headers["ETag"] == again.headers["ETag"]
    same = ask(GRIDS, get=True, if_none_match=again.headers["ETag"], **how)
    assert (same.status, same.body, same.statements) == (304, b"", 1)


def past() -> Any:
    return timezone.now() - timedelta(seconds=1)


def suspended(_city: Any, one: Portal) -> object:
    return ApiClient.objects.filter(pk=one[0].pk).update(revoked_at=timezone.now())


def by_hand(_city: Any, _one: Portal) -> object:
    with connection.cursor() as cursor:
        return cursor.execute("UPDATE civicnet_access_apikey SET digest = 'x'")


REFUSING: dict[str, Callable[[Any, Portal], object]] = {
    "the key is revoked": lambda _city, one: revoke_key(key=one[0].keys.get(), actor=SYSTEM, reason="test"),
    "the key has expired": lambda _city, one: one[0].keys.update(expires_at=past()),
    "the key is gone": lambda _city, one: one[0].keys.get().delete(),
    "the key is another, by hand": by_hand,
    "the client is revoked": lambda _city, one: revoke_client(client=one[0], actor=SYSTEM, reason="test"),
    "the client is suspended by hand": suspended,
    "the client has expired": lambda _city, one: ApiClient.objects.filter(pk=one[0].pk).update(expires_at=past()),
    "other ranges": lambda _city, one: change(one[0], networks=["10.1.0.0/16"]),
    "other sites": lambda _city, one: ApiClient.objects.filter(pk=one[0].pk).update(sites=[0]),
}


@pytest.mark.parametrize("decide", REFUSING.values(), ids=REFUSING)
def test_from_the_commit_on_a_key_is_refused(
    ask: Ask, city: Any, portal: Portal, decide: Callable[[Any, Portal], object]
) -> None:
    how = kept(ask, portal)
    decide(city, portal)
    assert [ask(GRIDS, **how).status for _time in range(2)] == [401, 401]


HIDING: dict[str, Callable[[Any, Portal], object]] = {
    "other scopes": lambda _city, one: change(one[0], scopes=["hotline.read"]),
    "another organisation": lambda city, one: ApiClient.objects.update(organisation=city[DISTRICT]),
}


@pytest.mark.parametrize("decide", HIDING.values(), ids=HIDING)
def test_from_the_commit_on_a_key_shows_no_more_than_its_client_may_see(
    ask: Ask, city: Any, portal: Portal, decide: Callable[[Any, Portal], object]
) -> None:
    how = kept(ask, portal)
    decide(city, portal)
    assert [ask(GRIDS, **how).answer["data"]["grid"] for _time in range(2)] == [None, None]


def test_a_moved_organisation_is_out_of_sight_at_once(ask: Ask, city: Any, portal: Portal) -> None:
    street = create_client(name="street", organisation=city[STREET], scopes=["grid.read"], actor=SYSTEM)
    how = kept(ask, street)
    move_organisation(
        organisation=city[COMMUNITY], parent=city[DISTRICT], day=date(2026, 1, 2), actor=SYSTEM, reason="test"
    )
    assert ask(GRIDS, **how).answer["data"]["grid"] is None


def test_a_switch_is_seen_at_once_by_a_key_too(ask: Ask, portal: Portal, toggle: Any) -> None:
    how = kept(ask, portal)
    toggle("grid", False)
    assert "errors" in ask(GRIDS, **how).answer


@pytest.mark.parametrize("whose", ["key", "client"])
def test_no_answer_outlives_the_key_or_its_client(ask: Ask, portal: Portal, whose: str) -> None:
    soon = timezone.now() + timedelta(seconds=0.8)
    rows = ApiKey.objects if whose == "key" else ApiClient.objects
    rows.update(expires_at=soon)
    how = kept(ask, portal)
    time.sleep(max((soon - timezone.now()).total_seconds(), 0) + 0.01)
    assert ask(GRIDS, **how).status == 401


def test_two_keys_of_one_client_have_entries_of_their_own(ask: Ask, portal: Portal) -> None:
    other = portal[0], add_key(portal[0]).text
    first, second = kept(ask, portal), bearer(other)
    assert ask(GRIDS, **second).statements > 1
    assert ask(GRIDS, **second).statements == 1

    revoke_key(key=portal[0].keys.order_by("pk").first(), actor=SYSTEM, reason="test")  # type: ignore[arg-type]

    assert [ask(GRIDS, **one).status for one in (first, second)] == [401, 200]
    assert ask(GRIDS, authorization=second["authorization"][:-1]).status == 401


def test_another_portal_with_the_same_rights_is_asked_for_by_itself(ask: Ask, city: Any, portal: Portal) -> None:
    kept(ask, portal)
    twin = create_client(name="twin", organisation=city[CITY], scopes=["grid.read"], actor=SYSTEM)
    assert ask(GRIDS, **bearer(twin)).statements > 1
    write_all_tallies()
    assert CallerDay.objects.filter(client=str(twin[0].pk)).values_list("requests", flat=True).get() == 1


def test_another_address_is_let_in_by_itself(ask: Ask, portal: Portal) -> None:
    change(portal[0], networks=["192.0.2.0/24"])
    kept(ask, portal, address="192.0.2.7")
    kept(ask, portal, address="192.0.2.8")
    assert ask(GRIDS, address="198.51.100.1", **bearer(portal)).status == 401


def test_an_address_counts_that_our_own_proxy_vouches_for_and_no_other(ask: Ask, portal: Portal, settings: Any) -> None:
    settings.CIVICNET_TRUSTED_PROXIES = ["127.0.0.1"]
    change(portal[0], networks=["192.0.2.0/24"])
    near = kept(ask, portal, x_forwarded_for="192.0.2.7")
    assert ask(GRIDS, **near | {"x_forwarded_for": "192.0.2.7, 198.51.100.1"}).status == 401
    assert ask(GRIDS, **near | {"x_forwarded_for": "198.51.100.1"}).status == 401

    settings.CIVICNET_TRUSTED_PROXIES = []
    assert ask(GRIDS, **near).status == 401
    assert ask(GRIDS, x_real_ip="192.0.2.7", **bearer(portal)).status == 401


def test_a_client_bound_to_a_site_is_refused_at_another(ask: Ask, portal: Portal, site_pair: Any) -> None:
    change(portal[0], sites=[site_pair[0].pk])
    how = kept(ask, portal, host="first.example")
    assert ask(GRIDS, **how | {"host": "second.example"}).status == 401

    site_pair[0].hostname = "moved.example"
    site_pair[0].save()
    site_pair[1].is_default_site = True
    site_pair[1].save()
    assert ask(GRIDS, **how).status == 401


def test_languages_media_types_and_unknown_headers_do_not_mix_for_a_key(ask: Ask, portal: Portal) -> None:
    how = kept(ask, portal)
    for more in ({"accept_language": "en"}, {"accept": "application/json"}, {"x_forwarded_proto": "https"}):
        assert ask(GRIDS, **how | more).statements > 1
    assert ask(GRIDS, cookie="seen=1", **how).statements > 1
    assert ask(GRIDS, cookie="seen=1", **how).statements > 1


def test_a_spent_budget_is_told_in_the_usual_way(ask: Ask, portal: Portal) -> None:
    how = kept(ask, portal)
    change(portal[0], hourly_cost=3)

    assert [ask(GRIDS, **how).status for _time in range(4)] == [200, 200, 200, 429]

    refused = ask(GRIDS, **how)
    assert refused.answer["errors"][0]["extensions"]["code"] == "BUDGET_SPENT"
    assert int(refused.headers["Retry-After"]) > 0
    write_all_tallies()
    told = RefusedDay.objects.get(code="BUDGET_SPENT")
    assert (told.client, told.times) == (str(portal[0].pk), 2)


def test_what_a_portal_is_answered_is_counted_and_charged_as_behind_the_middleware(ask: Ask, portal: Portal) -> None:
    def day() -> CallerDay:
        write_all_tallies()
        return CallerDay.objects.get(client=str(portal[0].pk))

    change(portal[0], hourly_cost=10_000)
    ask(GRIDS, **bearer(portal))
    first, paid = day(), leases.standing(f"client:{portal[0].pk}")
    assert paid is not None
    assert first.cost == paid.used
    for _time in range(3):
        ask(GRIDS, **bearer(portal))

    after, paid = day(), leases.standing(f"client:{portal[0].pk}")
    assert paid is not None
    assert (after.requests, after.kept, after.refused, after.client_label) == (4, 3, 0, portal[0].name)
    assert after.cost == paid.used == first.cost + 3
    (calls,) = [one for one in fields_used("grid")["Query.grid"] if one.client == str(portal[0].pk)]
    assert calls.calls == 4


def test_a_use_is_noted_once_a_minute_and_makes_nothing_old(
    ask: Ask, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = kept(ask, portal)
    long_ago = timezone.now() - timedelta(hours=1)
    portal[0].keys.update(last_used_at=long_ago)
    assert ask(GRIDS, **how).statements == 1
    assert portal[0].keys.get().last_used_at == long_ago

    now = time.time()
    monkeypatch.setattr(refusals, "time", lambda: now + 61)
    assert ask(GRIDS, **how).statements > 1
    noted = portal[0].keys.get().last_used_at
    assert noted is not None
    assert noted > long_ago
    monkeypatch.setattr(refusals, "time", time.time)
    assert ask(GRIDS, **how).statements == 1


def test_the_last_use_of_a_registered_document_makes_nothing_old(ask: Ask, portal: Portal) -> None:
    text = "{ platform { version } }"
    row = TrustedDocument.objects.create(digest=hashlib.sha256(text.encode()).hexdigest(), text=text, name="d")
    how = kept(ask, portal)

    note_use(Known(row.pk, None, text, None))

    assert TrustedDocument.objects.get().used_on == timezone.localdate()
    assert ask(GRIDS, **how).statements == 1
    TrustedDocument.objects.update(ended_at=timezone.now())
    assert ask(GRIDS, **how).statements > 1


def test_a_document_that_another_process_ended_is_not_kept_from_the_memory_of_this_one(
    ask: Ask, portal: Portal, settings: Any
) -> None:
    settings.CIVICNET_GRAPHQL_DOCUMENT_SECONDS = 60
    digest = hashlib.sha256(GRIDS.encode()).hexdigest()
    TrustedDocument.objects.create(digest=digest, text=GRIDS, name="d", used_on=timezone.localdate())
    ApiClient.objects.update(trusted_only=True)
    how = kept(ask, portal)
    try:
        TrustedDocument.objects.update(ended_at=timezone.now())
        ask(GRIDS, **how)
        # The memory is over.
        forget(digest)

        assert ask(GRIDS, **how).answer["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    finally:
        forget(digest)


def test_a_token_goes_the_long_way_and_ends_with_its_row(ask: Ask, portal: Portal) -> None:
    issue_secret(client=ApiClient.objects.get(pk=portal[0].pk), actor=SYSTEM, reason="test")
    text, soon = new_credential(Kind.TOKEN).text, timezone.now() + timedelta(minutes=15)
    application = ApiClient.objects.get(pk=portal[0].pk).application
    get_access_token_model().objects.create(application=application, token=text, scope="grid.read", expires=soon)
    for _time in range(3):
        got = ask(GRIDS, authorization=f"Bearer {text}")
        assert (got.status, got.statements > 1) == (200, True)

    get_access_token_model().objects.all().delete()

    assert ask(GRIDS, authorization=f"Bearer {text}").status == 401


def test_a_token_that_is_fetched_makes_nothing_old(ask: Ask, portal: Portal, client: Any) -> None:
    number, secret = issue_secret(client=ApiClient.objects.get(pk=portal[0].pk), actor=SYSTEM, reason="test")
    how = kept(ask, portal)
    form = {"grant_type": "client_credentials", "client_id": number, "client_secret": secret}
    assert client.post("/oauth/token", form).status_code == 200
    assert ApiClient.objects.get(pk=portal[0].pk).token_used_at is not None
    assert ask(GRIDS, **how).statements == 1


def test_no_key_stands_in_the_store_and_none_of_what_it_may(ask: Ask, portal: Portal) -> None:
    kept(ask, portal)
    told = repr(store._entries)
    assert portal[1] not in told
    assert portal[1].split("_")[2] not in told
    assert "view_grid" not in told


def test_what_only_looks_like_the_key_is_refused(ask: Ask, portal: Portal) -> None:
    kept(ask, portal)
    strangers = [new_credential(Kind.KEY).text, new_credential(Kind.SECRET).text, portal[1] + "0", f"x{portal[1]}"]
    for text in strangers:
        assert ask(GRIDS, authorization=f"Bearer {text}").status == 401
    assert ask(GRIDS, authorization=f"Basic {portal[1]}").status == 401


@pytest.mark.parametrize("step", ["after the key was looked up", "after the answer was made"])
def test_a_key_that_is_revoked_while_it_is_answered_is_answered_no_more(
    ask: Ask, portal: Portal, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def revoke() -> None:
        ApiKey.objects.update(revoked_at=timezone.now())

    django, read, server = WSGIHandler(), answering.read, Front(WSGIHandler())

    def application(environ: Any, start_response: Any) -> Any:
        answered = django(environ, start_response)
        revoke()
        return answered

    if step == "after the answer was made":
        server = Front(application)
    else:
        monkeypatch.setattr(answering, "read", lambda request: (revoke(), read(request))[1])
    assert ask(GRIDS, server=server, **bearer(portal)).status == 200

    assert ask(GRIDS, **bearer(portal)).status == 401


def test_content_that_changed_before_the_key_was_looked_up_is_not_taken_for_new(ask: Ask, portal: Portal) -> None:
    kept(ask, portal)
    Grid.objects.update(name="第二网格")
    for _time in range(2):
        assert ask(GRIDS, **bearer(portal)).answer["data"]["grid"]["name"] == "第二网格"


def test_an_answer_is_kept_although_its_charge_was_written_down(ask: Ask, portal: Portal) -> None:
    change(portal[0], hourly_cost=10_000)
    leases.forget_leases()
    assert ask(GRIDS, **bearer(portal)).status == 200
    assert ask(GRIDS, **bearer(portal)).statements == 1
