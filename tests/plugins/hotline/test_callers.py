"""Callers: shown against a reason, forgotten when their time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS, CivicNetError
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.registry import registry
from civicnet_hotline.models import Case
from civicnet_hotline.personal import forget_expired
from civicnet_hotline.services import Caller, reveal_phone, withdraw_case

WHO = Caller(name="演示居民", phone="04331234567")


@pytest.fixture
def closed(submit):
    """A case closed some days ago."""

    def make(days):
        case = withdraw_case(actor=SYSTEM, case=submit(str(days), caller=WHO))
        Case.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=days))
        return case

    return make


def test_after_a_year_a_closed_case_forgets_who_asked(closed, submit, fresh):
    old, recent, still_open = closed(366), closed(364), submit("open", caller=WHO)
    Case.objects.filter(pk=still_open.pk).update(updated_at=timezone.now() - timedelta(days=999))

    assert forget_expired(now=timezone.now(), actor=SYSTEM) == 1

    gone = fresh(old)
    assert (gone.caller_name, gone.caller_phone, gone.caller_phone_index) == (None, None, "")
    assert gone.description == "366"
    assert [fresh(case).caller_phone for case in (recent, still_open)] == ["04331234567", "04331234567"]
    assert AuditRecord.objects.get(action="hotline.forget_caller").object_label == old.number
    assert forget_expired(now=timezone.now(), actor=SYSTEM) == 0


def test_the_manifest_says_why_and_how_long(db):
    personal = registry.manifests["hotline"].personal

    assert [(one.model, one.field, one.retention_days) for one in personal] == [
        ("Case", "caller_name", 365),
        ("Case", "caller_phone", 365),
    ]
    assert all(one.purpose for one in personal)


def test_people_do_not_run_the_forgetting(closed, actor):
    closed(366)

    with pytest.raises(CivicNetError):
        forget_expired(now=timezone.now(), actor=actor(["civicnet_hotline.view_case"]))

    assert Case.objects.get().caller_phone == "04331234567"


def test_a_number_is_shown_to_nobody_whose_work_does_not_need_it(watch, submit, actor, portal):
    case = submit(caller=WHO)
    viewer = actor(["civicnet_hotline.view_case"])

    for stranger in (viewer, ANONYMOUS, portal().actor):
        with pytest.raises(CivicNetError) as refusal:
            reveal_phone(actor=stranger, case=case, reason="核实地点")
        assert refusal.value.code == "FORBIDDEN"

    assert not AuditRecord.objects.filter(action="hotline.reveal_phone").exists()
