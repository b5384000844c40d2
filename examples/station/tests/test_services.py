"""Acts on service stations: what they change, and what a refusal leaves as it was."""

from datetime import date

import pytest
from civicnet.access.acts import CloseOrganisation
from civicnet.contract import InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.hooks import ask_leave

from acme_station.errors import AlreadyClosed, CodeTaken, StationsOpen
from acme_station.models import Station
from acme_station.permissions import KEEP
from acme_station.services import close_station, keep_station

pytestmark = pytest.mark.usefixtures("switched_on")
FACTS = {"code": "FW-1", "name": "党群服务站", "address": "示范路 1 号", "hours": "每日"}


@pytest.fixture
def keeper(actor):
    """Somebody who keeps the stations of one community."""
    return actor([KEEP], "222403001001")


def test_a_point_goes_on_file_and_the_audit_says_who_put_it_there(keeper, city):
    station = keep_station(actor=keeper, organisation=city["222403001001"], **FACTS)

    record = AuditRecord.objects.get(action="station.keep_station")
    assert (record.actor_label, record.object_id) == (keeper.label, str(station.pk))
    assert record.after["name"] == "党群服务站"
    assert (record.after["longitude"], record.after["latitude"]) == (None, None)


def test_saying_the_same_twice_changes_nothing(keeper, city):
    for _time in range(2):
        keep_station(actor=keeper, organisation=city["222403001001"], **FACTS)

    assert Station.objects.count() == 1
    assert AuditRecord.objects.filter(action="station.keep_station").count() == 1


def test_a_neighbour_keeps_nothing_here(keeper, city):
    with pytest.raises(Refused):
        keep_station(actor=keeper, organisation=city["222403001002"], **FACTS)

    assert not Station.objects.exists()


def test_a_point_without_an_address_is_refused(keeper, city):
    with pytest.raises(InvalidInput) as refusal:
        keep_station(actor=keeper, organisation=city["222403001001"], **FACTS | {"address": " "})

    assert refusal.value.field == "address"
    assert not Station.objects.exists()


def test_a_code_belongs_to_one_organisation(actor, city):
    everywhere = actor([KEEP])
    station = keep_station(actor=everywhere, organisation=city["222403001001"], **FACTS)

    with pytest.raises(CodeTaken):
        keep_station(actor=everywhere, organisation=city["222403001002"], **FACTS | {"name": "别处"})

    assert Station.objects.get().name == station.name


def test_a_point_is_closed_once_and_with_a_reason(keeper, city):
    station = keep_station(actor=keeper, organisation=city["222403001001"], **FACTS)

    with pytest.raises(InvalidInput):
        close_station(actor=keeper, station=station, on=date(2026, 5, 1), reason=" ")
    assert Station.objects.get().closed_on is None

    close_station(actor=keeper, station=station, on=date(2026, 5, 1), reason="合并")
    with pytest.raises(AlreadyClosed):
        close_station(actor=keeper, station=station, on=date(2026, 6, 1), reason="合并")
    assert Station.objects.get().closed_on == date(2026, 5, 1)


@pytest.mark.parametrize("place", [(128.2, None), (None, 43.3), (200.0, 43.3), (128.2, 90.0), (float("nan"), 43.3)])
def test_a_position_is_whole_and_on_the_map(keeper, city, place):
    with pytest.raises(InvalidInput):
        keep_station(actor=keeper, organisation=city["222403001001"], **FACTS, longitude=place[0], latitude=place[1])

    assert not Station.objects.exists()


def test_an_organisation_does_not_close_over_its_stations(keeper, actor, city):
    keep_station(actor=keeper, organisation=city["222403001001"], **FACTS)

    with pytest.raises(StationsOpen):
        ask_leave(CloseOrganisation(organisation_id=0, path=city["222403001"].path, on=date(2026, 5, 1)))

    ask_leave(CloseOrganisation(organisation_id=0, path=city["222403100"].path, on=date(2026, 5, 1)))
