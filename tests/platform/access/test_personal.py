"""One person: everything about them is found, handed out and erased across plugins, and what is past its time goes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.models import PersonalAct, Position, User
from civicnet.access.person import Person
from civicnet.access.personal import PersonAmbiguous, erase_person, export_person, find_person, purge
from civicnet.cipher import blind_index
from civicnet.contract import ANONYMOUS, Conflict, InvalidInput, Refused, hookimpl
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.discovery import Unloadable
from civicnet.lifecycle.hooks import HookError
from civicnet.lifecycle.registry import registry
from civicnet_assessment.models import Assessment, AssessmentForm
from civicnet_grid.models import Grid, Post, Worker
from civicnet_hotline.models import Case, CaseState, Group, Source
from civicnet_hotline.services import Caller, Place, open_category, submit_case, withdraw_case

ID_NUMBER, PHONE = "222403199001011234", "13800000001"
WHY = "本人书面申请"


@pytest.fixture
def worker(city: Any, staff: Callable[..., User]) -> Worker:
    """Served a grid until last year, has an account, was assessed, and called the hotline."""
    user = staff([], "222403001001", username="zhangyi")
    Position.objects.update(valid_to=date(2026, 1, 2))
    made = Worker.objects.create(
        number="222403-000001",
        name="演示张一",
        sex="F",
        id_number=ID_NUMBER,
        id_index=blind_index(ID_NUMBER),
        phone=PHONE,
        phone_index=blind_index(PHONE),
        political_status="群众",
        organisation=city["222403001001"],
        user=user,
    )
    grid = Grid.objects.create(
        organisation=city["222403001001"], code="222403001001001", name="红旗社区第1网格", kind="COMPREHENSIVE"
    )
    Post.objects.create(
        grid=grid,
        level=3,
        kind="GRID_WORKER",
        worker=made,
        valid_from=date(2024, 1, 1),
        valid_to=timezone.localdate() - timedelta(days=30),
    )
    form = AssessmentForm.objects.create(
        year=2025, title="年度考核", organisation=city["222403"], opens=date(2025, 1, 1), closes=date(2025, 12, 31)
    )
    Assessment.objects.create(
        form=form,
        subject_key=f"grid.worker:{made.pk}",
        subject_label="演示张一 (222403-000001)",
        organisation=city["222403001001"],
        assessor=User.objects.create_user("assessor"),
        state="FILED",
        filed_at=timezone.now() - timedelta(days=200),
        comment="演示评语",
    )
    return made


@pytest.fixture
def case(city: Any) -> Case:
    """A case that came from the worker's phone, closed."""
    open_category(actor=SYSTEM, code="light", name="路灯", group=Group.HELP, description="", keywords="")
    made = submit_case(
        actor=ANONYMOUS,
        source=Source.WEB,
        category="light",
        description=f"路灯不亮，请回电{PHONE}",
        place=Place(address="红旗社区第1网格2号楼"),
        caller=Caller(name="演示张一", phone=f"+86 {PHONE}"),
    )
    return withdraw_case(actor=SYSTEM, case=made)


def models_found(**given: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in find_person(Person(**given)).held:
        found[one.record.model] = found.get(one.record.model, 0) + 1
    return found


ALL_BUT_CALLS = {"Worker": 1, "Post": 1, "Assessment": 1, "User": 1, "Position": 1}


@pytest.mark.parametrize("given", [{"id_number": "2224 0319 9001 0112 34"}, {"account": "zhangyi"}])
def test_one_number_leads_to_everything_in_all_plugins(worker: Worker, case: Case, given: dict[str, str]) -> None:
    assert models_found(**given) == ALL_BUT_CALLS


def test_a_phone_leads_to_calls_as_well_however_it_is_written(worker: Worker, case: Case) -> None:
    for phone in (PHONE, "+86 138-0000-0001", "86 13800000001", "１３８００００ ０００１"):
        assert models_found(phone=phone) == ALL_BUT_CALLS | {"Case": 1}


def test_a_plugin_that_is_off_is_asked_as_well(worker: Worker, case: Case) -> None:
    for slug in ("assessment", "hotline", "grid"):
        disable_plugin(slug=slug, actor=SYSTEM, reason="test")

    assert models_found(phone=PHONE, id_number=ID_NUMBER) == ALL_BUT_CALLS | {"Case": 1}


def test_a_number_of_two_people_is_not_guessed_at(worker: Worker) -> None:
    Worker.objects.create(
        number="222403-000002",
        name="演示李二",
        sex="M",
        id_number="222403199001011250",
        id_index=blind_index("222403199001011250"),
        phone=PHONE,
        phone_index=blind_index(PHONE),
        organisation=worker.organisation,
    )

    with pytest.raises(PersonAmbiguous):
        find_person(Person(phone=PHONE))
    assert models_found(id_number=ID_NUMBER) == ALL_BUT_CALLS


def test_nobody_is_no_question(db: None) -> None:
    for person in (Person(), Person(account="nobody")):
        with pytest.raises(InvalidInput):
            find_person(person)


def test_an_export_tells_purpose_and_retention_beside_each_value(worker: Worker, case: Case) -> None:
    told = export_person(person=Person(phone=PHONE), actor=SYSTEM, reason=WHY)

    values = {(one["model"], value["field"]): value for one in told["records"] for value in one["values"]}
    assert values["Worker", "id_number"] == {
        "field": "id_number",
        "value": ID_NUMBER,
        "purpose": "区分同名的人，认出已在册的人。",
        "retention_days": 365,
        "counted_from": "最后一个岗位结束之日",
    }
    assert values["Assessment", "comment"]["value"] == "演示评语"
    assert values["Case", "caller_phone"]["value"] == f"+86{PHONE}"


def test_an_export_is_on_record_without_a_value(worker: Worker) -> None:
    export_person(person=Person(id_number=ID_NUMBER), actor=SYSTEM, reason=WHY)

    record, act = AuditRecord.objects.get(action="access.personal_export"), PersonalAct.objects.get()
    assert (record.reason, record.after["person"]) == (WHY, act.subject_digest)
    assert act.counts == {"grid": 2, "assessment": 1, "access": 2}
    assert ID_NUMBER not in json.dumps([record.after, act.counts, act.subject_digest, record.object_label])


def test_people_and_empty_reasons_get_nothing(worker: Worker, actor: Callable[..., Any]) -> None:
    for given in ({"actor": actor([]), "reason": WHY}, {"actor": SYSTEM, "reason": " "}):
        with pytest.raises((Refused, InvalidInput)):
            export_person(person=Person(id_number=ID_NUMBER), **given)
        with pytest.raises((Refused, InvalidInput)):
            erase_person(person=Person(id_number=ID_NUMBER), **given)

    assert not PersonalAct.objects.exists()
    assert Worker.objects.get().id_number == ID_NUMBER


def test_erasing_keeps_the_service_record_and_not_the_person(worker: Worker, case: Case) -> None:
    done = erase_person(person=Person(phone=PHONE, id_number=ID_NUMBER), actor=SYSTEM, reason=WHY)

    assert done == {"grid": 1, "assessment": 1, "publicity": 0, "hotline": 1, "access": 1, "exchange": 0}
    gone = Worker.objects.get()
    assert (gone.name, gone.sex, gone.id_number, gone.phone, gone.user) == ("222403-000001", "", "", "", None)
    assert gone.posts.count() == 1
    kept = Case.objects.get()
    assert (kept.caller_name, kept.caller_phone, kept.state) == (None, None, CaseState.WITHDRAWN)
    assert Assessment.objects.get().comment == ""
    account = User.objects.get(pk=worker.user_id)
    assert (account.full_name, account.is_active, account.has_usable_password()) == ("", False, False)
    assert models_found(phone=PHONE, id_number=ID_NUMBER) == {}


def test_a_number_left_in_the_words_of_a_case_goes_too(case: Case) -> None:
    Case.objects.update(caller_phone=PHONE, caller_phone_index=blind_index(PHONE))

    erase_person(person=Person(phone=PHONE), actor=SYSTEM, reason=WHY)

    assert Case.objects.get().description == "路灯不亮，请回电138****0001"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Post.objects.update(valid_to=None), "STILL_IN_POST"),
        (lambda: Case.objects.update(state=CaseState.TO_DISPATCH), "CASE_OPEN"),
        (lambda: Position.objects.update(valid_to=None), "STILL_IN_POSITION"),
        (lambda: User.objects.filter(username="zhangyi").update(is_superuser=True), "RUNS_THE_MACHINE"),
    ],
)
def test_who_still_serves_or_asks_is_not_erased_anywhere(
    worker: Worker, case: Case, make: Callable[[], object], code: str
) -> None:
    make()

    with pytest.raises(Conflict) as refusal:
        erase_person(person=Person(phone=PHONE), actor=SYSTEM, reason=WHY)

    assert refusal.value.code == code
    assert Worker.objects.get().phone == PHONE
    assert Case.objects.get().caller_name == "演示张一"
    assert User.objects.get(username="zhangyi").is_active
    assert not PersonalAct.objects.exists()


def test_erasing_waits_until_every_plugin_can_be_asked(worker: Worker) -> None:
    registry.quarantined.append(Unloadable("ledgerless", "broken"))
    try:
        with pytest.raises(Conflict) as refusal:
            erase_person(person=Person(id_number=ID_NUMBER), actor=SYSTEM, reason=WHY)
        told = export_person(person=Person(id_number=ID_NUMBER), actor=SYSTEM, reason=WHY)
    finally:
        registry.quarantined.pop()

    assert refusal.value.code == "HOLDER_SILENT"
    assert told["not_asked"] == ["ledgerless"]


class Broken:
    """A plugin that fails when it is asked."""

    @hookimpl
    def personal_records(self) -> list[Any]:
        raise RuntimeError("broken")

    @hookimpl
    def forget_expired(self) -> int:
        raise RuntimeError("broken")


def test_an_answer_that_lacks_a_plugin_is_none(worker: Worker, plug: Any, settings: Any) -> None:
    plug("broken", Broken(), on=False)
    settings.CIVICNET_LOAD_POLICY = "quarantine"

    with pytest.raises(HookError, match="broken"):
        find_person(Person(id_number=ID_NUMBER))


def test_the_purge_follows_the_manifests_and_one_broken_plugin_stops_nobody(
    worker: Worker, case: Case, plug: Any
) -> None:
    plug("broken", Broken())
    assert sum(purge(actor=SYSTEM).values()) == 0

    purge(actor=SYSTEM, now=timezone.now() + timedelta(days=366))
    worker.refresh_from_db()
    assert (worker.name, worker.phone, worker.id_number) == ("演示张一", "", "")
    assert Case.objects.get().caller_phone is None
    assert Assessment.objects.get().subject_label.startswith("演示张一")

    purge(actor=SYSTEM, now=timezone.now() + timedelta(days=1100))
    worker.refresh_from_db()
    assert worker.name == worker.number
    assert Assessment.objects.get().subject_label == f"grid.worker:{worker.pk}"


def command(monkeypatch: pytest.MonkeyPatch, given: str, *words: str) -> str:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    call_command("personal", *words, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_reads_numbers_from_its_input_and_writes_a_file_of_ones_own(
    worker: Worker, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "person.json"
    words = ("export", "--id-number", "--phone", "--reason", WHY, "--out", str(out))

    said = command(monkeypatch, f"{ID_NUMBER}\n{PHONE}\n", *words)

    assert said == f"{out}: 6 records\n"
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(out.read_text())["records"]) == 6
    with pytest.raises(CommandError, match="exists"):
        command(monkeypatch, f"{ID_NUMBER}\n{PHONE}\n", *words)


def test_a_refused_export_leaves_no_file(worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "person.json"

    with pytest.raises(CommandError, match="REASON_TOO_SHORT"):
        command(monkeypatch, PHONE, "export", "--phone", "--reason", "x", "--out", str(out))

    assert not out.exists()


def test_the_command_erases_only_when_told_twice(worker: Worker, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = command(monkeypatch, PHONE, "erase", "--phone", "--reason", WHY)
    assert "grid Worker" in shown
    assert PHONE not in shown
    assert "演示张一" not in shown
    assert shown.endswith("6 records, 0 in the way; nothing was changed (--yes erases)\n")
    assert Worker.objects.get().phone == PHONE

    said = command(monkeypatch, PHONE, "erase", "--phone", "--reason", WHY, "--yes")

    assert "hotline: 1 rows erased" in said
    assert Worker.objects.get().phone == ""


def test_a_dry_purge_counts_and_changes_nothing(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    Post.objects.update(valid_to=date(2025, 1, 1))

    assert "grid: 1 rows would go" in command(monkeypatch, "", "purge", "--dry-run")
    assert Worker.objects.get().phone == PHONE

    assert "grid: 1 rows purged" in command(monkeypatch, "", "purge")
    assert Worker.objects.get().phone == ""
