"""The 15-minute circle: distances that hold on the ground, and a map to scale."""

import pytest
from civicnet.access.actors import SYSTEM

from acme_station.charting import chart
from acme_station.demo import make_demo
from acme_station.distances import Place, metres_between, minutes_on_foot, read_place

MIDDLE = Place(128.2324, 43.3724)
ASK = "{ stationNear(longitude: 128.2324, latitude: 43.3724) { metres withinCircle station { code } } }"


@pytest.fixture
def dozen(switched_on, city):
    assert make_demo(SYSTEM) == 12


def test_a_degree_of_latitude_is_111_km_and_one_of_longitude_less_the_further_north():
    assert metres_between(MIDDLE, Place(128.2324, 44.3724)) == pytest.approx(111_195, rel=1e-4)
    assert metres_between(MIDDLE, Place(129.2324, 43.3724)) == pytest.approx(80_830, rel=1e-3)
    assert metres_between(MIDDLE, MIDDLE) == 0


def test_a_kilometre_is_walked_in_fifteen_minutes():
    assert [minutes_on_foot(metres) for metres in (0, 200, 1_000, 4_000)] == [1, 3, 15, 60]


@pytest.mark.parametrize("text", ["", "128", "128,43,1", "x,y", "200,43", "128,90", "nan,43"])
def test_what_is_no_place_is_none(text):
    assert read_place(text) is None


def test_a_circle_is_drawn_to_the_scale_of_the_bar(dozen, client):
    rows = [{"longitude": 128.2, "latitude": 43.3, "name": "a"}, {"longitude": 128.25, "latitude": 43.35, "name": "b"}]

    drawn = chart(rows, circle_metres=1_000)

    assert drawn.radius / 1_000 == pytest.approx(drawn.bar / drawn.bar_metres, rel=1e-2)
    (first, second) = drawn.marks
    pixels = ((first.x - second.x) ** 2 + (first.y - second.y) ** 2) ** 0.5
    metres = metres_between(Place(128.2, 43.3), Place(128.25, 43.35))
    assert pixels / drawn.bar * drawn.bar_metres == pytest.approx(metres, rel=1e-2)
    assert second.y < first.y, "north is up"


def test_the_nearest_comes_first_with_the_way_there(dozen, client):
    text = client.get("/p/station/", {"near": "128.2324,43.3724"}).text

    assert text.index("演示党群服务站（一）") < text.index("演示党群服务站（四）") < text.index("演示党群服务站（十）")
    assert "步行约" in text
    assert text.count("<circle") == 24


def test_portals_ask_for_the_nearest_in_one_statement(dozen, graphql, assert_statements):
    with assert_statements(1, of="acme_station_station"):
        found = graphql(ASK)["data"]["stationNear"]

    assert found[0] == {"metres": 0, "withinCircle": True, "station": {"code": "DEMO-01"}}
    assert [one["metres"] for one in found] == sorted(one["metres"] for one in found)
    assert {one["withinCircle"] for one in found} == {True, False}
