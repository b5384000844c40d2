"""The burden: files by who handed them in, forms as plugins count them, and what is asked for in two places."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.contract import Asking, DataElement, Refused, hookimpl
from civicnet.exchange.burden import burden_since
from civicnet.exchange.cells import TextWidget
from civicnet.exchange.models import ImportJob, JobState
from civicnet.exchange.resource import Column, ImportResource

YEAR_AGO = timezone.now() - timedelta(days=365)
VIEW = ["civicnet_exchange.view_burden"]


class PhonesResource(ImportResource):
    """Two columns, one of them an element."""

    key = "station.list"
    label = "Stations"
    permission = "auth.add_group"

    phone = Column(column_name="电话", label="Phone", widget=TextWidget(), element="station.phone")
    remark = Column(column_name="备注", label="Remark", widget=TextWidget())


class Stations:
    """Asks for phones in a sheet and in a form."""

    raises = False

    @hookimpl
    def data_elements(self):
        return [DataElement(key="station.phone", label="Phone of a station", definition="Where it is reached.")]

    @hookimpl
    def resources(self):
        return [PhonesResource]

    @hookimpl
    def burden(self, actor, since):
        if self.raises:
            raise RuntimeError("no sums today")
        return [
            Asking(
                asker="Office", what="Survey", elements=("station.phone",), fields=5, times=60, rows=60,
                kept={"station.phone": "numbers change next week"},
            )
        ]  # fmt: skip


@pytest.fixture
def stations(plug, city):
    found = Stations()
    plug("station", found)
    return found


@pytest.fixture
def looker(staff):
    """Somebody who may see burdens of one town."""
    return staff_actor(staff(VIEW, "222403001", username="looker"))


def imported(organisation, *, rows=100, days_ago=3, state=JobState.APPLIED, columns=("phone", "remark")):
    ImportJob.objects.create(
        resource="station.list", file_name="a.csv", format="csv", sha256="0", organisation=organisation, state=state,
        rows_total=rows, confirmed_at=timezone.now() - timedelta(days=days_ago),
        headings=[*([name, name] for name in columns), ["unused", None]],
    )  # fmt: skip


def lines(burden):
    return [(one.asker, one.what, one.times, one.rows, one.minutes) for one in burden.lines]


def test_files_count_by_who_handed_them_in_with_a_cell_reckoned_in_seconds(stations, looker, city, settings):
    settings.CIVICNET_SECONDS_PER_CELL = 3
    town, village = city["222403001"], city["222403001001"]
    imported(town, rows=100)
    imported(town, rows=20, days_ago=364)
    imported(town, rows=7, days_ago=366)
    imported(village, rows=10)

    # 2 columns of 3 s each, and 5 fields of 12 s.
    assert lines(burden_since(YEAR_AGO, actor=looker)) == [
        ("Office", "Survey", 60, 60, 60.0),
        (town.name, "Stations", 2, 120, 12.0),
        (village.name, "Stations", 1, 10, 1.0),
    ]


def test_a_file_counts_with_the_columns_that_stand_in_it(stations, looker, city, settings):
    settings.CIVICNET_SECONDS_PER_CELL = 3
    imported(city["222403001"], rows=100, columns=["remark"])
    imported(city["222403001001"], rows=20, columns=["remark"])
    imported(city["222403001001"], rows=10)

    found = [
        (one.fields, one.rows, one.minutes, len(one.elements)) for one in burden_since(YEAR_AGO, actor=looker).lines
    ]

    assert found[1:] == [(1, 100, 5.0, 0), (2, 30, 2.0, 1)]


def test_what_was_never_confirmed_or_lies_elsewhere_is_not_counted(stations, looker, city):
    imported(city["222403100"])
    imported(None)
    ImportJob.objects.create(
        resource="station.list", file_name="a.csv", format="csv", sha256="1", organisation=city["222403001"]
    )

    assert [one[0] for one in lines(burden_since(YEAR_AGO, actor=looker))] == ["Office"]


def test_whoever_sees_everything_sees_what_the_platform_did_itself(stations, staff, city):
    imported(None, rows=10)
    chief = staff_actor(staff(VIEW, "222403", username="chief"))

    with translation.override("en"):
        assert ("The platform itself", "Stations", 1, 10, 1.0) in lines(burden_since(YEAR_AGO, actor=chief))


def test_what_is_asked_for_in_two_places_is_named_with_both(stations, looker, city):
    assert burden_since(YEAR_AGO, actor=looker).repeated == ()
    imported(city["222403001"])
    imported(city["222403001001"])

    [one] = burden_since(YEAR_AGO, actor=looker).repeated

    assert (one.key, sorted(one.sources)) == ("station.phone", ["Stations", "Survey"])


def test_the_reason_for_asking_all_the_same_is_told(stations, looker):
    [line] = burden_since(YEAR_AGO, actor=looker).lines

    assert line.kept == (("Phone of a station", "numbers change next week"),)


def test_a_plugin_that_fails_is_named_and_the_others_are_still_there(stations, looker, city):
    imported(city["222403001"])
    stations.raises = True

    burden = burden_since(YEAR_AGO, actor=looker)

    assert burden.failed == ("station",)
    assert [one.what for one in burden.lines] == ["Stations"]


def test_a_plugin_that_is_off_asks_nothing(stations, looker, city, toggle):
    imported(city["222403001"])
    toggle("station", False)

    assert burden_since(YEAR_AGO, actor=looker).lines == ()


def test_minutes_add_up_by_asker_the_heaviest_first(stations, looker, city):
    imported(city["222403001"], rows=1000)

    burden = burden_since(YEAR_AGO, actor=looker)

    assert burden.by_asker == ((city["222403001"].name, 100.0), ("Office", 60.0))
    assert (burden.rows, burden.minutes) == (1060, 160.0)


def test_nobody_sees_burdens_without_the_post(stations, staff):
    clerk = staff_actor(staff(["civicnet_exchange.view_importjob"], "222403001", username="clerk"))

    with pytest.raises(Refused):
        burden_since(YEAR_AGO, actor=clerk)
    assert burden_since(YEAR_AGO, actor=SYSTEM).lines


def test_more_files_take_no_more_statements(stations, plugins_on, looker, city, assert_statements):
    def asked():
        # Files; forms and their assessments; requests and steps; articles; a savepoint and its release for each plugin.
        burden_since(YEAR_AGO, actor=looker)

    imported(city["222403001"])
    asked()
    with assert_statements(1, of="civicnet_exchange_importjob"):
        asked()
    for code in ("222403001", "222403001001", "222403001002"):
        imported(city[code])
    with assert_statements(1, of="civicnet_exchange_importjob"):
        asked()
