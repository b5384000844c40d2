"""Bulk writes: whatever a value holds, it is stored as it is; sealed, indexed, and in the change log."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM
from civicnet.ledger.among import Among
from civicnet.ledger.arrays import array
from civicnet.ledger.bulk import add_rows, change_rows, remove_rows
from civicnet.ledger.images import bears, dumped, loaded, mark_of, marks_of
from civicnet.ledger.models import ChangeRecord, Operation

pytestmark = pytest.mark.django_db
AWKWARD = [
    "a\tb",
    "line\nbreak",
    "back\\slash",
    'quo"te',
    "{brace},",
    "NULL",
    "\\N",
    " lead",
    "单引号'",
    "",
    "\u3000全角",
]


def names() -> set[str]:
    return set(Group.objects.values_list("name", flat=True))


def test_awkward_texts_are_stored_changed_and_found_as_they_are():
    Group.objects.all().delete()
    with transaction.atomic():
        keys = add_rows(actor=SYSTEM, model=Group, fields=["name"], rows=[[text] for text in AWKWARD])
    assert [Group.objects.get(pk=key).name for key in keys] == AWKWARD
    assert set(Group.objects.filter(Among("name", AWKWARD)).values_list("pk", flat=True)) == set(keys)

    changed = [[f"{text}!"] for text in AWKWARD]
    with transaction.atomic():
        change_rows(actor=SYSTEM, model=Group, fields=["name"], keys=keys, rows=changed, before=changed)
    assert [Group.objects.get(pk=key).name for key in keys] == [text for (text,) in changed]

    with transaction.atomic():
        remove_rows(actor=SYSTEM, model=Group, keys=keys)
    assert names() == set()
    written = ChangeRecord.objects.filter(object_type="auth.group").order_by("pk").values_list("operation", "object_id")
    expected = [(one, str(key)) for one in ("UPSERT", "UPSERT", "DELETE") for key in keys]
    assert list(written)[-len(expected) :] == expected


def test_a_column_that_no_row_changes_is_not_written():
    first, second = Permission.objects.order_by("pk")[:2]
    held = [[one.name, one.codename] for one in (first, second)]
    told: dict[str, Any] = {"actor": SYSTEM, "model": Permission, "keys": [first.pk, second.pk], "before": held}

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        change_rows(**told, fields=["name", "codename"], rows=[["甲", held[0][1]], ["乙", held[1][1]]])
    [update] = [one["sql"] for one in asked if 'UPDATE "auth_permission"' in one["sql"]]

    assert '"name"' in update
    assert '"codename"' not in update
    stored = Permission.objects.filter(pk__in=told["keys"]).order_by("pk").values_list("name", "codename")
    assert list(stored) == [("甲", held[0][1]), ("乙", held[1][1])]


def test_keys_are_given_out_once_beside_rows_that_come_another_way():
    with transaction.atomic():
        first = add_rows(actor=SYSTEM, model=Group, fields=["name"], rows=[["a"], ["b"]])
    between = Group.objects.create(name="c").pk
    with transaction.atomic():
        last = add_rows(actor=SYSTEM, model=Group, fields=["name"], rows=[["d"]])

    assert len({*first, between, *last}) == 4


def test_a_row_that_breaks_a_constraint_breaks_all():
    Group.objects.create(name="taken")
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows(actor=SYSTEM, model=Group, fields=["name"], rows=[["free"], ["taken"]])

    assert "free" not in names()
    assert not ChangeRecord.objects.filter(object_type="auth.group").exists()


def test_an_array_tells_nothing_from_null():
    assert array(["NULL", None, 1]) == '{"NULL",NULL,"1"}'
    assert array([]) == "{}"


def test_marks_of_many_rows_are_those_of_each():
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    rows = [("甲", 1, None, True, moment, {"b": 1, "a": [2]}), (Operation.UPSERT, date(2026, 1, 2), 1.5, 0, None, "x")]
    assert marks_of(rows) == [mark_of(row) for row in rows]
    assert len({*marks_of([*rows, (*rows[0][:-1], None), rows[0]])}) == 3


def test_a_row_bears_its_mark_and_the_one_of_former_days_and_no_other():
    row = ["甲", 2**70, date(2026, 1, 2), None]
    former = hashlib.blake2b(repr(row).encode(), digest_size=8).hexdigest()

    assert [bears(row, mark) for mark in (mark_of(tuple(row)), former)] == [True, True]
    assert [bears([*row[:-1], ""], mark) for mark in (mark_of(row), former)] == [False, False]


def test_what_an_image_holds_comes_back_whole():
    awkward = [*AWKWARD, 2**63, 2**64, -(10**30), 1.5, None, True, {"甲": ["乙"]}]
    assert loaded(dumped(awkward)) == awkward
    assert loaded(dumped(["甲", 1])) == ["甲", 1]
