"""Surfaces: home pages, articles, the screen of health, and the administration show what is on file, and no more."""

from datetime import date

import pytest
from civicnet.access.actors import SYSTEM
from civicnet.ledger.models import AuditRecord

from acme_station.blocks import StationCardBlock
from acme_station.demo import make_demo
from acme_station.health import problems
from acme_station.models import Station
from acme_station.panels import panels_in
from acme_station.permissions import KEEP, VIEW
from acme_station.services import close_station, keep_station

NEAR = "query ($x: Float!, $y: Float!) { stationNear(longitude: $x, latitude: $y) { metres } }"


@pytest.fixture
def station(switched_on, city):
    """One without a position."""
    facts = {"code": "FW-1", "name": "甲服务站", "address": "示范路 1 号", "phone": "0433-0000000"}
    return keep_station(actor=SYSTEM, organisation=city["222403001001"], **facts)


def close(station):
    close_station(actor=SYSTEM, station=station, on=date(2026, 5, 1), reason="合并")


def test_home_pages_name_open_stations_in_one_slot_only(station):
    assert "甲服务站" in panels_in("home.services")[0].html
    assert panels_in("article.foot") == []

    close(station)

    assert panels_in("home.services") == []


def test_health_tells_of_stations_without_a_position_and_of_none_at_all(station, city):
    (lost,) = problems()
    keep_station(
        actor=SYSTEM,
        organisation=city["222403001001"],
        code="FW-1",
        name="甲服务站",
        address="示范路 1 号",
        longitude=128.2,
        latitude=43.4,
    )
    assert problems() == []

    close(station)

    (none,) = problems()
    assert str(lost.message) != str(none.message)
    assert lost.url == none.url == "/admin/station/"


def test_a_card_shows_the_station_of_today_and_nothing_once_it_is_closed(station):
    block = StationCardBlock()

    assert "0433-0000000" in block.render(block.to_python({"station": "FW-1"}))

    close(station)

    assert block.render(block.to_python({"station": "FW-1"})).strip() == ""
    assert block.get_prep_value(block.to_python({"station": "FW-1"})) == {"station": "FW-1"}


def test_staff_close_a_station_on_the_screen_with_a_reason(client, staff, station):
    client.force_login(staff(["wagtailadmin.access_admin", VIEW, KEEP], "222403001001"))
    door = f"/admin/station/{station.pk}/close/"

    assert door in client.get("/admin/station/").text
    assert client.post(door, {"on": "2026-05-01", "reason": ""}).status_code == 400
    assert Station.objects.get().closed_on is None

    assert client.post(door, {"on": "2026-05-01", "reason": "合并"}).status_code == 302
    assert Station.objects.get().closed_on == date(2026, 5, 1)
    assert AuditRecord.objects.get(action="station.close_station").reason == "合并"
    listed = client.get("/admin/station/", HTTP_ACCEPT_LANGUAGE="en").text
    assert "甲服务站" in listed
    assert door not in listed
    assert "(blank)" not in listed
    assert client.get(door).status_code == 404


@pytest.mark.parametrize(
    ("permissions", "area"), [([VIEW], "222403001001"), ([VIEW, KEEP], "222403001002")], ids=["looks", "neighbour"]
)
def test_who_does_not_keep_a_station_does_not_close_it(client, staff, station, permissions, area):
    client.force_login(staff(["wagtailadmin.access_admin", *permissions], area))
    door = f"/admin/station/{station.pk}/close/"

    assert door not in client.get("/admin/station/").text
    assert client.post(door, {"on": "2026-05-01", "reason": "合并"}).status_code == 404
    assert Station.objects.get().closed_on is None


@pytest.mark.parametrize(("x", "y"), [(200.0, 43.3), (128.2, 90.0)])
def test_a_portal_that_asks_from_nowhere_is_told_so(graphql, station, x, y):
    answer = graphql(NEAR, variables={"x": x, "y": y})

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


def test_the_way_is_told_in_tens_of_metres_and_minutes(client, switched_on, city):
    make_demo(SYSTEM)

    text = client.get(
        "/p/station/", {"near": f"128.2324,{43.3724 + 650 / 111_195}"}, HTTP_ACCEPT_LANGUAGE="zh-hans"
    ).text

    assert "约 650 米，步行约 10 分钟" in text
