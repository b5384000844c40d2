"""The preview tells what a confirmation would do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from civicnet.exchange.models import Finding
from civicnet.exchange.preview import kind_counts, preview_count, preview_rows


def test_rows_are_new_or_unchanged_and_pages_are_cut_across_chunks(checked, teams, chunks_of_10):
    Group.objects.bulk_create(Group(name=f"{number}队") for number in range(11, 16))

    job = checked([*teams(25), [26, "26队", "140", ""]])

    assert kind_counts(job) == {"NEW": 20, "CHANGED": 0, "UNCHANGED": 5, "FAULT": 1}
    assert [one.row for one in preview_rows(job, kind="UNCHANGED")] == [12, 13, 14, 15, 16]
    assert [one.row for one in preview_rows(job, kind="NEW", offset=9, most=3)] == [11, 17, 18]
    assert [one.row for one in preview_rows(job, offset=23)] == [25, 26]
    assert preview_count(job, kind="NEW") == 20
    assert preview_rows(job, most=1)[0].cells == {
        "serial": "1",
        "name": "1队",
        "phone": "139****0001",
        "since": "2023-06-30",
    }


def test_rows_that_were_tidied_up_are_found_by_the_code_of_what_was_done(checked):
    job = checked([[1, "甲队", "140-0000-0001", ""], [2, "乙队", "14000000002", ""], [3, "", "140-0000-0003", ""]])

    assert [one.row for one in preview_rows(job, code="separators")] == [2]
    assert preview_count(job, code="separators") == 1


def test_the_same_key_twice_in_a_file_is_a_fault(checked, teams):
    job = checked([*teams(2), [3, "1队", "14000000003", ""]])

    assert [(one.row, one.code, one.params) for one in Finding.objects.filter(job=job)] == [
        (4, "duplicate_in_file", {"row": 2})
    ]


def test_several_that_may_be_meant_are_a_fault_and_not_a_guess(checked, resource, monkeypatch, teams):
    original = resource.held

    def both(self, rows, actor, *, lock=False):
        return {row: [*held, *held] for row, held in original(self, rows, actor, lock=lock).items()}

    monkeypatch.setattr(resource, "held", both)
    Group.objects.create(name="1队")

    job = checked(teams(2))

    assert kind_counts(job) == {"NEW": 1, "CHANGED": 0, "UNCHANGED": 0, "FAULT": 1}
    assert Finding.objects.get(job=job).code == "several_matches"


@pytest.mark.parametrize("rows", [10, 40])
def test_what_is_held_is_found_in_one_statement_a_chunk(resource, clerk, rows, assert_statements):
    from civicnet.exchange.resource import Draft

    drafts = [Draft(number, {"name": f"{number}队"}) for number in range(rows)]
    with assert_statements(1):
        resource().held(drafts, clerk)
