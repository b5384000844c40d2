"""Keys turn: every value comes to the newest key, beside people at work, and then the old key can go."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from civicnet.access.actors import SYSTEM
from civicnet.access.models import PersonalAct
from civicnet.access.sealing import rotate_keys
from civicnet.cipher import CipherError, blind_index, blind_indexes, columns, encrypt, rotation
from civicnet.contract import ANONYMOUS, Refused
from civicnet.ledger.models import AuditRecord
from civicnet_grid.models import Worker

NEW = "new:" + "11" * 32


@pytest.fixture
def workers(city: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    """Five people, read in chunks of two."""
    monkeypatch.setattr(columns, "CHUNK", 2)
    return [
        Worker.objects.create(
            number=f"222403-{n:06d}",
            name=f"演示{n}",
            sex="F",
            id_number=f"22240319900101{n:04d}",
            id_index=blind_index(f"22240319900101{n:04d}"),
            phone=f"1400000000{n}",
            phone_index=blind_index(f"1400000000{n}"),
            organisation=city["222403001001"],
        )
        for n in range(5)
    ]


@pytest.fixture
def two_keys(workers: Any, settings: Any) -> Any:
    """A new key is put in front of the one that sealed the five."""
    settings.CIVICNET_FIELD_KEYS = [NEW, *settings.CIVICNET_FIELD_KEYS]
    return settings


def raw(column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM civicnet_grid_worker ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def keys(act: str) -> str:
    out = StringIO()
    call_command("keys", act, stdout=out)
    return out.getvalue()


def test_after_rotation_the_old_key_can_be_removed(two_keys: Any) -> None:
    rotate_keys(actor=SYSTEM)

    two_keys.CIVICNET_FIELD_KEYS = [NEW]
    assert [(one.id_number[-1], one.phone) for one in Worker.objects.order_by("pk")] == [
        (str(n), f"1400000000{n}") for n in range(5)
    ]
    assert Worker.objects.get(id_index=blind_index("222403199001010003")).name == "演示3"
    assert Worker.objects.get(phone_index=blind_index("14000000004")).name == "演示4"
    assert all(text.startswith("new:2:") for text in raw("phone") + raw("id_number"))


def test_before_it_ran_lookups_find_rows_under_either_key(two_keys: Any) -> None:
    assert not Worker.objects.filter(phone_index=blind_index("14000000001")).exists()
    assert Worker.objects.get(phone_index__in=blind_indexes("14000000001")).name == "演示1"


def test_a_key_of_the_index_alone_turns_too(workers: Any, settings: Any) -> None:
    old = settings.CIVICNET_FIELD_KEYS[0].split(":")[1][32:]
    settings.CIVICNET_INDEX_KEYS = ["index:" + "22" * 32, "old:" + old + "0" * 32]
    before = raw("phone_index")
    assert Worker.objects.get(phone_index__in=blind_indexes("14000000002")).name == "演示2"

    rotate_keys(actor=SYSTEM)

    settings.CIVICNET_INDEX_KEYS = settings.CIVICNET_INDEX_KEYS[:1]
    assert Worker.objects.get(phone_index=blind_index("14000000002")).name == "演示2"
    assert not set(before) & set(raw("phone_index"))


def test_values_from_before_places_are_bound_by_it(workers: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE civicnet_grid_worker SET phone = %s", [encrypt("14000000009")])

    rotate_keys(actor=SYSTEM)

    assert all(text.startswith("test:2:") for text in raw("phone"))
    assert {one.phone for one in Worker.objects.all()} == {"14000000009"}


def test_two_columns_swapped_behind_our_back_do_not_open(workers: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE civicnet_grid_worker SET phone = id_number, id_number = phone")

    with pytest.raises(CipherError, match="another field"):
        Worker.objects.first()


def test_it_goes_on_where_it_was_stopped(two_keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = rotation.rotate()
    while next(steps)[0] != "civicnet_grid.worker":
        pass
    steps.close()
    assert sum(text.startswith("new:") for text in raw("phone")) == 2

    done = rotate_keys(actor=SYSTEM)

    assert done["civicnet_grid.worker"] == 3
    assert rotate_keys(actor=SYSTEM)["civicnet_grid.worker"] == 0


def test_what_somebody_writes_meanwhile_is_kept(two_keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    renew, written = rotation._renew, []

    def interrupted(model: Any, fields: Any, rows: Any) -> int:
        if rows and model is Worker and not written:
            written.append(rows[0].pk)
            worker = Worker.objects.get(pk=rows[0].pk)
            worker.phone, worker.phone_index = "14099999999", blind_index("14099999999")
            worker.save()
        return renew(model, fields, rows)

    monkeypatch.setattr(rotation, "_renew", interrupted)
    rotate_keys(actor=SYSTEM)

    two_keys.CIVICNET_FIELD_KEYS = [NEW]
    assert Worker.objects.get(pk=written[0]).phone == "14099999999"
    assert Worker.objects.get(phone_index=blind_index("14099999999")).pk == written[0]


def test_check_says_which_keys_are_in_use(two_keys: Any) -> None:
    before = keys("check")
    assert "civicnet_grid.worker.phone: test seals 5, test indexes 5" in before
    assert "test: still in use, run rotate" in before

    after = keys("rotate")

    assert "civicnet_grid.worker: 5 rows sealed anew" in after
    assert "civicnet_grid.worker.phone: new seals 5, new indexes 5" in after
    assert "test: not in use, it can leave the ring" in after


def test_a_value_whose_key_is_gone_is_counted_and_stops_the_rotation(workers: Any, settings: Any) -> None:
    settings.CIVICNET_FIELD_KEYS = [NEW]

    with pytest.raises(CommandError, match="10 values open with no key"):
        keys("check")
    with pytest.raises(CommandError, match="put the key back"):
        keys("rotate")


def test_turning_keys_is_on_record_and_nobody_does_it_from_a_screen(two_keys: Any) -> None:
    with pytest.raises(Refused):
        rotate_keys(actor=ANONYMOUS)
    assert not PersonalAct.objects.exists()

    rotate_keys(actor=SYSTEM)

    assert AuditRecord.objects.get(action="access.rotate_keys").after["field_key"] == "new"
