"""Difficult files of others: each is read or refused with a sentence; none ends in a traceback."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from civicnet.exchange.checking import run_check
from civicnet.exchange.choosing import can_choose, candidates_of
from civicnet.exchange.errors import FileRefused
from civicnet.exchange.services import upload_file
from civicnet.exchange.stops import error_sentence

# Development data lie beside the project, and only where the project is developed.
ARCHIVE = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "rosters" / "messytables-horror.tar.gz"

# What we cannot open, and why. Of everything else the columns can be chosen, for its headings are none of ours.
REFUSED = {
    "README.md": "UNKNOWN_FORMAT",
    "badcolspan.html": "UNKNOWN_FORMAT",
    "bian-anal-mca-2005-dols-eng-1011-0312-tab3.xlsm": "MACRO_FILE",
    "complex.html": "UNKNOWN_FORMAT",
    "encrypted_no_password.xls": "LOCKED_FILE",
    "invisible_text.html": "UNKNOWN_FORMAT",
    "rowcolspan.html": "UNKNOWN_FORMAT",
    "simple.psv": "UNKNOWN_FORMAT",
    "simple.ssv": "UNKNOWN_FORMAT",
    "simple.unknown": "UNKNOWN_FORMAT",
    "simple.zip": "UNKNOWN_FORMAT",
    "spanish_chars.csv": "UNKNOWN_ENCODING",
    "sparse_with_column_errors.csv": "UNKNOWN_ENCODING",
}
# The first headings and the row below them, of some that have been read wrongly by others.
READ = {
    "sw_gen.xlsx": ("id_str", "474"),
    "null.csv": ("1", "null"),
    "simple.xls": ("date", "Galway"),
    "simple.ods": ("Name", "Bob"),
    "utf8bom.csv": ("kitten", None),
    "utf-16le_encoded.csv": ("Organisation_code", None),
    "example.tsv": ("hour", None),
    "loffice-4.4.1.2.ods": ("Name", "Bob"),
}


def horrors() -> dict[str, bytes]:
    with tarfile.open(ARCHIVE) as archive:
        return {Path(one.name).name: archive.extractfile(one).read() for one in archive if one.isfile()}


@pytest.mark.skipif(not ARCHIVE.is_file(), reason="the shared rosters are not on this machine")
def test_each_of_forty_difficult_files_is_read_or_refused_with_a_sentence(clerk):
    told, seen = {}, {}
    for name, content in horrors().items():
        try:
            job = upload_file(resource="team.list", file=io.BytesIO(content), name=name, actor=clerk)
        except FileRefused as error:
            told[name] = (error.code, str(error))
            continue
        run_check(job.pk)
        job.refresh_from_db()
        told[name] = (job.error_code, error_sentence(job))
        if can_choose(job):
            offered = candidates_of(job=job, actor=clerk)
            seen[name] = [(one.suggestions[0].heading if one.suggestions else "", str(one.samples)) for one in offered]

    assert len(told) == 40
    assert all(sentence and "%(" not in sentence for _code, sentence in told.values())
    assert {name: code for name, (code, _sentence) in told.items() if name not in seen} == REFUSED
    for name, (heading, below) in READ.items():
        assert seen[name][0][0] == heading and (below or "") in seen[name][0][1]
