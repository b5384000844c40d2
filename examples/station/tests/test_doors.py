"""Doors: the page, GraphQL and the sheet show the same rows to the same people, and shut with the switch."""

from datetime import date

import pytest
from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS

from acme_station.permissions import KEEP, VIEW
from acme_station.selectors import stations_of_area, visible_stations
from acme_station.services import close_station, keep_station

ASK = "{ stationStations { nodes { code name hours organisationCode closedOn } totalCount } }"


@pytest.fixture
def stations(switched_on, city):
    """An open station and a closed one."""
    place = city["222403001001"]
    for code in ("FW-1", "FW-2"):
        keep_station(actor=SYSTEM, organisation=place, code=code, name=f"服务站 {code}", address="示范路", hours="每日")
    close_station(actor=SYSTEM, station=visible_stations(SYSTEM).get(code="FW-2"), on=date(2026, 5, 1), reason="合并")


def test_residents_see_open_points_on_the_page(client, stations):
    text = client.get("/p/station/").content.decode()

    assert "服务站 FW-1" in text
    assert "服务站 FW-2" not in text


def test_a_portal_reads_open_points_without_a_key(graphql, stations):
    found = graphql(ASK)["data"]["stationStations"]

    assert found["totalCount"] == 1
    assert found["nodes"] == [
        {
            "code": "FW-1",
            "name": "服务站 FW-1",
            "hours": "每日",
            "organisationCode": "222403001001",
            "closedOn": None,
        }
    ]


def test_closed_points_are_seen_in_their_own_area_only(actor, stations):
    here, elsewhere = actor([VIEW], "222403001001"), actor([VIEW], "222403001002")

    assert visible_stations(here).count() == 2
    assert visible_stations(elsewhere).count() == visible_stations(ANONYMOUS).count() == 1
    assert not stations_of_area(elsewhere).exists()


def test_a_list_takes_one_statement_however_long_it_is(graphql, stations, city, assert_statements):
    for number in range(20):
        keep_station(
            actor=SYSTEM,
            organisation=city["222403001001"],
            code=f"FW-{number + 10}",
            name="服务站",
            address="示范路",
        )
    with assert_statements(1, of="acme_station_station"):
        graphql("{ stationStations(first: 20) { nodes { code organisationName } } }")


def test_staff_keep_a_point_by_the_form(client, staff, switched_on, city):
    client.force_login(staff(["wagtailadmin.access_admin", VIEW, KEEP], "222403001001"))
    given = {
        "organisation": city["222403001001"].pk,
        "code": "FW-9",
        "name": "新服务站",
        "address": "示范路 9 号",
        "hours": "",
    }

    assert client.post("/admin/station/keep/", given | {"name": ""}).status_code == 400
    assert client.post("/admin/station/keep/", given).status_code == 302
    assert "新服务站" in client.get("/admin/station/").content.decode()


def test_everything_shuts_with_the_switch_and_no_row_is_lost(client, graphql, stations, toggle):
    toggle("station", False)

    assert client.get("/p/station/").status_code == 404
    assert graphql(ASK)["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "station"}
    assert visible_stations(SYSTEM).count() == 2
