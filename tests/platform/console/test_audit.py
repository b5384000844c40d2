"""The audit screen: for auditors only, in words, searchable, and nothing to press that changes anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation, User
from civicnet.console.audit_facts import compared
from civicnet.console.audit_told import place, thing
from civicnet.console.audit_words import in_words
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.selectors import VIEW, visible_records
from civicnet.ledger.services import record

Staff = Callable[..., User]
PERMISSIONS = ["wagtailadmin.access_admin", VIEW]
AUDIT = "/admin/audit/"


@pytest.fixture
def auditor(client: Client, staff: Staff) -> Client:
    """Signed in, reads the audit."""
    client.force_login(staff(PERMISSIONS, username="auditor"))
    return client


def write(city: dict[str, Organisation], reason: str = "合并", **facts: object) -> AuditRecord:
    with transaction.atomic():
        return record(
            actor=SYSTEM, action="access.rename_organisation", subject=city["222403100"], reason=reason, **facts
        )  # type: ignore[arg-type]


def test_the_list_says_in_words_who_did_what(auditor: Client, city: dict[str, Organisation]) -> None:
    write(city)

    page = auditor.get(AUDIT).content.decode()

    for words in ("组织更名", "组织 · 大石头镇", "合并", "系统", "尚未封存", "核验全部记录"):
        assert words in page
    assert "access.rename_organisation</td>" not in page


def test_the_list_takes_the_same_statements_for_one_and_for_thirty(
    auditor: Client, city: dict[str, Organisation]
) -> None:
    write(city)
    auditor.get(AUDIT)
    with CaptureQueriesContext(connection) as few:
        auditor.get(AUDIT)

    for number in range(29):
        write(city, f"第{number}次")
    with CaptureQueriesContext(connection) as many:
        auditor.get(AUDIT)

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=划归", 1),
        ("q=大石头", 2),
        ("action=access.rename_organisation", 2),
        ("action=plugins.enable", 0),
        ("actor_label=civic&q=大石头", 2),
        ("actor_label=系统&q=大石头", 2),
        ("actor_label=未登录", 0),
        ("actor_label=nobody", 0),
        ("object_type=civicnet_access.organisation&q=大石头", 2),
        ("object_type=civicnet_grid.grid", 0),
        ("at_from={tomorrow}", 0),
        ("at_from={today}&at_to={today}&q=大石头", 2),
    ],
)
def test_the_list_is_narrowed(auditor: Client, city: dict[str, Organisation], query: str, expected: int) -> None:
    write(city, "划归新区")
    write(city, "更正")
    today = timezone.localdate()

    answer = auditor.get(AUDIT + "results/?" + query.format(today=today, tomorrow=today + timedelta(days=1)))

    assert answer.context["paginator"].count == expected


def test_a_record_shows_before_and_after(auditor: Client, city: dict[str, Organisation]) -> None:
    written = write(city, before={"name": "旧镇"}, after={"name": "大石头镇", "open": True})

    page = auditor.get(f"{AUDIT}{written.pk}/").content.decode()

    for words in ("旧镇", "大石头镇", "合并", written.digest, written.origin, "是"):
        assert words in page


def test_the_verification_says_that_nothing_was_altered(auditor: Client, city: dict[str, Organisation]) -> None:
    write(city)

    page = auditor.post(f"{AUDIT}verification/").content.decode()

    assert "没有记录被改动" in page or "件与写入时不符" in page


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("10.0.0.8 /admin", "10.0.0.8 · 管理后台"),
        ("10.0.0.8 /desk", "10.0.0.8 · 网格员手机页"),
        ("10.0.0.8 /elsewhere", "10.0.0.8 · /elsewhere"),
        ("/graphql", "开放接口"),
        ("__main__.py work", "服务器命令 work"),
        ("civicnet", "civicnet"),
        ("", ""),
    ],
)
def test_where_a_deed_came_from_is_told_in_words(origin: str, told: str) -> None:
    assert place(AuditRecord(origin=origin)) == told


@pytest.mark.parametrize(
    ("kind", "label", "told"),
    [
        ("civicnet_lifecycle.pluginstate", "grid", "插件 · 网格"),
        ("civicnet_exchange.importjob", "grid.roster 2026-11-23 16:00", "导入任务 · 网格员名册 2026-11-23 16:00"),
        ("gone.thing", "7", "gone.thing · 7"),
    ],
)
def test_an_object_is_told_by_its_names_of_today(db: None, kind: str, label: str, told: str) -> None:
    assert thing(AuditRecord(object_type=kind, object_label=label)) == told


@pytest.mark.parametrize("address", ["", "results/", "{pk}/", "verification/"])
@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_else_looks(
    client: Client, staff: Staff, city: dict[str, Organisation], address: str, superuser: bool
) -> None:
    written = write(city)
    person = staff(["wagtailadmin.access_admin"], username="curious")
    User.objects.filter(pk=person.pk).update(is_superuser=superuser)
    client.force_login(User.objects.get(pk=person.pk))
    act = client.post if address.startswith("verif") else client.get

    answer = act(AUDIT + address.format(pk=written.pk))

    assert answer.status_code in (302, 403)
    assert "大石头镇" not in answer.content.decode()


def test_the_selector_gives_nothing_to_others(actor: Callable[..., object], city: dict[str, Organisation]) -> None:
    write(city)

    assert visible_records(actor([VIEW])).exists()  # type: ignore[arg-type]
    assert not visible_records(actor(["civicnet_grid.view_grid"])).exists()  # type: ignore[arg-type]


def test_facts_stand_side_by_side() -> None:
    facts = compared({"name": "旧", "gone": 1}, {"name": "新", "tags": ["甲", "乙"], "empty": None})

    assert [(one.name, one.moved) for one in facts] == [
        ("name", True),
        ("tags", False),
        ("empty", False),
        ("gone", False),
    ]
    assert facts[1].after == "甲、乙"


def test_an_action_that_nobody_names_shows_its_code() -> None:
    assert in_words("acme.unheard_of") == "acme.unheard_of"
    assert in_words("hotline.sign_for") == "签收工单"
