"""Two at once: of two second persons one decides, of two windows one asks, and a file is fetched as often as allowed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections

from civicnet.access.actors import staff_actor
from civicnet.access.reveals import reveal
from civicnet.contract import CivicNetError
from civicnet.exchange.disclosures import ask_disclosure, decide_disclosure, fetch_disclosure
from civicnet.exchange.models import DisclosureRequest
from civicnet.exchange.preparing import run_prepare
from civicnet.ledger.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)

ASKS = ["civicnet_exchange.add_disclosurerequest", "auth.view_group", "auth.change_group"]


def at_once(works):
    """What each work gave, or the code it was refused with; at the same time as far as the database lets several in."""

    def closing(work):
        try:
            work()
        except CivicNetError as error:
            return error.code
        finally:
            if connection.features.test_db_allows_multiple_connections:
                connections.close_all()
        return "done"

    if not connection.features.test_db_allows_multiple_connections:
        return [closing(work) for work in works]
    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(closing, works))


@pytest.fixture
def requester(transactional_db, staff, resource):
    Group.objects.create(name="甲队")
    return staff_actor(staff(ASKS, username="requester"))


@pytest.fixture
def ask(requester, city):
    def make():
        return ask_disclosure(
            resource="team.list",
            organisation=city["222403"],
            format="csv",
            reason="核对本月名册",
            actor=requester,
        )

    return make


@pytest.fixture
def seconds(transactional_db, staff):
    return [
        staff_actor(staff(["civicnet_exchange.approve_disclosure"], username=f"second{number}")) for number in range(4)
    ]


def test_of_several_who_decide_at_once_one_does_and_the_others_hear_it(ask, seconds):
    request = ask()

    def decide(number):
        return lambda: decide_disclosure(
            request=request, approve=bool(number % 2), note="已核对范围", actor=seconds[number]
        )

    answers = at_once([decide(number) for number in range(4)])

    assert sorted(answers) == ["ALREADY_DECIDED"] * 3 + ["done"]
    decided = AuditRecord.objects.filter(action__in=("exchange.approve_disclosure", "exchange.refuse_disclosure"))
    assert decided.count() == 1
    assert DisclosureRequest.objects.get().decided_by_id == int(decided.get().actor_id)


def test_of_several_windows_of_one_person_one_asks(ask):
    assert sorted(at_once([ask] * 4)) == ["ALREADY_ASKED"] * 3 + ["done"]
    assert DisclosureRequest.objects.count() == 1


def test_windows_that_fetch_at_once_fetch_no_more_often_than_allowed(ask, seconds, requester):
    request = ask()
    decide_disclosure(request=request, approve=True, actor=seconds[0])
    run_prepare(request.pk)

    answers = at_once([lambda: b"".join(fetch_disclosure(request=request, actor=requester))] * 5)

    assert sorted(answers) == ["EXPORT_OVER"] * 2 + ["done"] * 3
    assert DisclosureRequest.objects.get().fetches == 3


def test_windows_that_reveal_at_once_reveal_no_more_than_the_hour_allows(requester, settings):
    settings.CIVICNET_REVEALS_PER_HOUR = 3
    group = Group.objects.get(name="甲队")

    def show():
        reveal(
            actor=requester, action="team.reveal_phone", subject=group, reason="核实值班", read=lambda: "14000000001"
        )

    answers = at_once([show] * 6)

    assert sorted(answers) == ["TOO_MANY_REVEALS"] * 3 + ["done"] * 3
    assert AuditRecord.objects.filter(action="team.reveal_phone").count() == 3
    assert AuditRecord.objects.filter(action="access.refuse_reveal").count() == 3
