"""Asking once: a field that asks for what is held is recognised by its words, and told with who holds it and how fresh."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from civicnet.access.models import Organisation, OrganisationKind
from civicnet.access.scope import under
from civicnet.contract import DataElement, hookimpl
from civicnet.exchange.asking import flags
from civicnet.exchange.cells import TextWidget
from civicnet.exchange.likeness import EXACT, alike
from civicnet.exchange.models import ImportJob, JobState
from civicnet.exchange.resource import Column, ImportResource
from civicnet.ledger.models import ChangeRecord, Operation

TOWN, OTHER = "222403001", "222403100"


def communities(paths):
    return Organisation.objects.filter(under(paths, field="path"), kind=OrganisationKind.COMMUNITY)


class PhonesResource(ImportResource):
    """Phones of stations."""

    key = "station.list"
    label = "Stations"
    permission = "auth.add_group"

    phone = Column(
        column_name="值班电话",
        label="Phone on duty",
        widget=TextWidget(),
        aliases=["值守电话"],
        element="station.phone",
    )


class Stations:
    """Keeps a phone for every community, for 30 days; of what it only asks, nothing."""

    @hookimpl
    def data_elements(self):
        return [
            DataElement(
                key="station.phone",
                label="Phone of a station",
                definition="Where a station is reached.",
                held_by="the list of stations",
                holder=communities,
                fresh_days=30,
                aliases=("驿站联系电话",),
            ),
            DataElement(key="station.wish", label="Wish of a station", definition="What it would like to have."),
        ]

    @hookimpl
    def resources(self):
        return [PhonesResource]


@pytest.fixture
def stations(plug, city):
    """The stand-in plugin; returns the paths of a town."""
    plug("station", Stations())
    return [city[TOWN].path]


def changed(organisation, days_ago):
    """As if the row had been written so many days ago."""
    ChangeRecord.objects.create(
        at=timezone.now() - timedelta(days=days_ago),
        actor_kind="system",
        operation=Operation.UPSERT,
        object_type="civicnet_access.organisation",
        object_id=str(organisation.pk),
    )


def imported(organisation, days_ago, state=JobState.APPLIED):
    """As if a sheet with phones had gone in so many days ago."""
    at = timezone.now() - timedelta(days=days_ago)
    ImportJob.objects.create(
        resource="station.list", file_name="a.csv", format="csv", sha256="0", organisation=organisation, state=state,
        confirmed_at=at,
    )  # fmt: skip


def one(text="", element="", paths=()):
    with translation.override("en"):
        found = flags([(text, element)], paths=paths)[0]
        return found[0] if found else None


@pytest.mark.parametrize(
    ("asked", "kept", "exact"),
    [
        ("请填写您的联系电话：", "联系电话", True),
        ("Your phone number?", "phone number", True),
        ("ｐｈｏｎｅ　ｎｕｍｂｅｒ", "Phone number", True),
        ("网格员联系电话", "联系电话", False),
        ("身份证号码", "身份证号", False),
        ("households of the grids", "Households of a grid", False),
    ],
)
def test_the_same_question_in_other_words_is_recognised(asked, kept, exact):
    assert alike(asked, kept) > 0
    assert (alike(asked, kept) == EXACT) is exact


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("入户走访", "联系电话"),
        ("社区活动组织情况", "社区"),
        ("年度述职", "年度"),
        ("", "联系电话"),
        ("的", "电话"),
        ("No.", "Nobody"),
    ],
)
def test_another_question_is_not(asked, kept):
    assert alike(asked, kept) == 0


def test_who_holds_it_since_when_and_how_fresh_stands_in_one_sentence(stations, city):
    ours = city["222403001001"]
    # The tree was planted today; the log keeps the order in which it was written.
    changed(ours, 3)
    changed(city["222403100200"], 1)

    flag = one("Please enter the phone of the station", paths=stations)

    assert (flag.key, flag.certain, flag.stands) == ("station.phone", True, True)
    days = [f"{timezone.localdate() - timedelta(days=ago):%Y-%m-%d}" for ago in (0, 3)]
    with translation.override("en"):
        assert flag.sentence == (
            f"Kept by: the list of stations. Rows in this area: {communities(stations).count()}, since {days[0]}; "
            f"last confirmed on {days[1]}. It stays fresh for 30 days."
        )
    assert flag.asked_by == ("Stations",)


def test_what_is_older_than_it_stays_fresh_may_be_asked_again(stations, city):
    changed(city["222403001001"], 31)

    flag = one("Phone of a station", paths=stations)

    assert (flag.certain, flag.stands) == (True, False)
    with translation.override("en"):
        assert "older than 30 days" in flag.sentence


@pytest.mark.parametrize(
    ("code", "state", "stands"),
    [
        (TOWN, JobState.APPLIED, True),
        ("222403", JobState.APPLIED, True),
        ("222403001001", JobState.APPLIED, True),
        (OTHER, JobState.APPLIED, False),
        (TOWN, JobState.CANCELLED, False),
    ],
)
def test_a_file_that_changed_nothing_confirms_what_is_held(stations, city, code, state, stands):
    changed(city["222403001001"], 100)
    imported(city[code], 2, state)

    assert one("Phone of a station", paths=stations).stands is stands


def test_what_nobody_has_written_yet_does_not_stand(plug, city):
    plug("station", Stations())

    flag = one("Phone of a station", paths=[])

    assert flag.certain and not flag.stands
    with translation.override("en"):
        assert flag.sentence == "Kept by: the list of stations. Nothing stands there yet for this area."


def test_what_nobody_keeps_is_never_in_the_way(stations):
    flag = one("Wish of a station", paths=stations)

    assert flag.certain and not flag.stands
    with translation.override("en"):
        assert flag.sentence == "Nobody keeps it for others to use."


def test_headings_of_columns_are_words_of_their_element(stations):
    assert one("值守电话", paths=stations).key == "station.phone"
    assert one("驿站联系电话", paths=stations).certain
    assert not one("各驿站值守电话", paths=stations).certain


def test_what_was_picked_is_certain_whatever_the_words(stations):
    flag = one("How can we call you in the night?", "station.phone", stations)

    assert (flag.key, flag.certain) == ("station.phone", True)
    assert one("Phone of a station", "station.gone", stations) is None


def test_while_its_plugin_is_off_nothing_is_flagged(stations, toggle):
    toggle("station", False)

    assert one("Phone of a station", paths=stations) is None


def test_many_fields_take_no_more_statements_than_one(stations, city, assert_statements):
    fields = [("Phone of a station", ""), ("Wish of a station", ""), ("Code of an organisation", "")]
    flags(fields, paths=stations)

    # The first and the last change for each of two holders.
    with assert_statements(4, of="civicnet_ledger_changerecord"):
        flags(fields * 10, paths=stations)
    with assert_statements(1, of="civicnet_exchange_importjob"):
        flags(fields * 10, paths=stations)
