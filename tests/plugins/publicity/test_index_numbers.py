"""Index numbers: written by the rule, the only ones of their kind, and permanent."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from civicnet_publicity.errors import NoIndexNumber
from civicnet_publicity.index_numbers import RULE
from civicnet_publicity.models import ArticlePage, HomePage
from civicnet_publicity.selectors import next_index_number


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("000014349/2017-00110", True),
        ("014110253/2022-00002", True),
        ("MB1234567/2026-00001", True),
        ("000014349/2017-110", False),
        ("000014349-2017/00110", False),
        ("00001434/2017-000110", False),
        ("", False),
    ],
)
def test_the_rule_knows_its_numbers(number, fits):
    assert RULE.fits(number) is fits


def test_numbers_go_on_from_the_highest_of_the_year(sites, write):
    column = sites["gov/documents"]
    assert next_index_number(column=column, year=2026) == "000014349/2026-00001"

    write("gov/documents", "one", index_number="000014349/2026-00041")
    write("gov/documents", "two", index_number="000014349/2025-00099")

    assert next_index_number(column=column, year=2026) == "000014349/2026-00042"


def test_a_site_without_an_issuer_code_makes_no_numbers(sites):
    HomePage.objects.update(issuer_code="")

    with pytest.raises(NoIndexNumber):
        next_index_number(column=sites["gov/documents"], year=2026)


def test_a_year_has_99999_numbers(sites, write):
    write("gov/documents", "one", index_number="000014349/2026-99999")

    with pytest.raises(NoIndexNumber):
        next_index_number(column=sites["gov/documents"], year=2026)


def test_the_database_keeps_every_number_once(sites, write):
    write("gov/documents", "one", index_number="000014349/2026-00001")
    two = write("gov/documents", "two")

    with pytest.raises(IntegrityError), transaction.atomic():
        ArticlePage.objects.filter(pk=two.pk).update(index_number="000014349/2026-00001")

    assert ArticlePage.objects.get(pk=two.pk).index_number is None


def test_a_published_number_cannot_be_changed_or_taken_away(write):
    article = write("gov/documents", "one", index_number="000014349/2026-00001")

    for other in ("000014349/2026-00002", None):
        article.index_number = other
        with pytest.raises(ValidationError) as refusal:
            article.full_clean()
        assert "index_number" in refusal.value.message_dict

    assert ArticlePage.objects.get(pk=article.pk).index_number == "000014349/2026-00001"


def test_a_copy_has_no_number_and_stands_nowhere_else(sites, write):
    article = write("gov/documents", "one", index_number="000014349/2026-00001", also_in=("party/news",))

    copy = article.copy(to=sites["gov/documents"], update_attrs={"slug": "copy"}, keep_live=False)

    assert copy.index_number is None
    assert not copy.also_in.exists()
    assert not copy.placements.exists()


def test_a_number_whose_document_was_deleted_is_given_to_no_other(sites, write):
    write("gov/documents", "one", index_number="000014349/2026-00007").delete()

    assert next_index_number(column=sites["gov/documents"], year=2026) == "000014349/2026-00008"
    # The document itself may come back with it.
    assert write("gov/documents", "again", index_number="000014349/2026-00007").index_number == "000014349/2026-00007"


def test_a_number_that_only_a_version_has_is_taken(sites, write):
    holder = write("gov/documents", "one", index_number="000014349/2026-00001")
    other = write("gov/documents", "two", publish=False)
    other.index_number = "000014349/2026-00002"
    other.save_revision()
    third = write("gov/documents", "three", publish=False)
    assert next_index_number(column=sites["gov/documents"], year=2026) == "000014349/2026-00003"

    third.index_number = "000014349/2026-00002"
    with pytest.raises(ValidationError):
        third.full_clean()
    # Corrected before readers saw it, it is free again.
    other.index_number = "000014349/2026-00004"
    other.save_revision()
    third.full_clean()

    assert ArticlePage.objects.get(pk=holder.pk).index_number == "000014349/2026-00001"


def test_an_older_version_comes_back_with_the_number_that_readers_know(write):
    article = write("gov/documents", "one")
    unnumbered = article.latest_revision
    article.index_number = "000014349/2026-00001"
    article.save_revision().publish()

    unnumbered.publish()

    assert ArticlePage.objects.get(pk=article.pk).index_number == "000014349/2026-00001"
