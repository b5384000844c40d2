"""The roster resource: what becomes of each row, on our own messy workbook and on the shared one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.access.organisations import Division, load_divisions
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, SpoolRow
from civicnet.exchange.services import upload_file

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def outcomes(job):
    found = {}
    for one in Finding.objects.filter(job=job):
        found.setdefault(one.row, []).append((one.column, one.outcome.lower(), one.code))
    for row, outcome in SpoolRow.objects.filter(job=job).values_list("row", "outcome"):
        found.setdefault(row, [("", outcome.lower(), "")])
    return sorted((row, *one) for row, all_of_it in found.items() for one in all_of_it)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared rosters are not on this machine")
def test_the_shared_messy_workbook_gives_exactly_the_outcomes_it_should(db):
    with (SHARED / "divisions/villages-222403-dunhua.csv").open(encoding="utf-8-sig") as file:
        villages = list(csv.DictReader(file))
    streets = {one["streetCode"] for one in villages}
    load_divisions(divisions=[Division("222403", "敦化市"), *(Division(s, s, "222403") for s in sorted(streets)), *(Division(v["code"], v["name"], v["streetCode"]) for v in villages)], actor=SYSTEM)
    name = "roster-dunhua-messy.xlsx"
    with (SHARED / "rosters" / name).open("rb") as file:
        job = upload_file(resource="grid.roster", file=file, name=name, actor=SYSTEM)
    run_check(job.pk)
    with (SHARED / "rosters/roster-dunhua-messy.expected.csv").open(encoding="utf-8-sig") as file:
        expected = sorted((int(one["row"]), one["column"], one["outcome"], one["code"]) for one in csv.DictReader(file))

    job.refresh_from_db()
    assert (job.state, job.error) == ("CHECKED", "")
    assert outcomes(job) == expected
