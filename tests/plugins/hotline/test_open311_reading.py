"""Open311: what portals read of services and of their own requests, in JSON and XML."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet_hotline.models import Case
from civicnet_hotline.services import reply_to_case, sign_for_case

BASE = "/open311/v2"


def test_services_are_listed_for_everybody(client, street_light, city, tree):
    expected = {
        "service_code": "street-light",
        "service_name": "路灯照明",
        "description": "路灯不亮、损坏",
        "metadata": False,
        "type": "realtime",
        "keywords": "路灯,照明",
        "group": "求助",
    }

    assert client.get(f"{BASE}/services.json").json() == [expected]
    assert client.get(f"{BASE}/services.json", {"jurisdiction_id": ""}).json() == [expected]
    assert client.get(f"{BASE}/services.json", {"jurisdiction_id": "222403"}).json() == [expected]
    in_xml = client.get(f"{BASE}/services.xml")
    assert fromstring(in_xml.content).find("service") is not None
    assert tree(in_xml) == list((expected | {"metadata": "false"}).items())


def test_a_jurisdiction_below_the_city_is_not_ours(client, street_light, city):
    assert client.get(f"{BASE}/services.json", {"jurisdiction_id": "222403001"}).status_code == 404


def test_a_service_has_a_definition_without_attributes(client, street_light, tree):
    response = client.get(f"{BASE}/services/street-light.json")
    in_xml = client.get(f"{BASE}/services/street-light.xml")
    missing = client.get(f"{BASE}/services/no-such.json")

    assert response.json() == {"service_code": "street-light", "attributes": []}
    assert tree(in_xml) == [("service_code", "street-light"), ("attributes", None)]
    assert (missing.status_code, missing.json()[0]["code"]) == (404, 404)


def test_discovery_names_the_endpoint_in_both_formats(client, db):
    found = client.get(f"{BASE}/discovery.json").json()
    in_xml = fromstring(client.get(f"{BASE}/discovery.xml").content)

    assert found["endpoints"][0]["url"] == "http://testserver/open311/v2"
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    assert [one.text for one in in_xml.iter("format")] == ["text/xml", "application/json"]


def test_a_portal_reads_its_own_request_and_nobodys_caller(watch, client, post_request, open311_sender, worker_actor):
    number = post_request(last_name="演示", phone="04331234567", address_id="x").json()[0]["service_request_id"]
    case = Case.objects.get()
    sign_for_case(actor=worker_actor, case=case)
    case = reply_to_case(actor=worker_actor, case=case, reply="已更换灯泡。")

    response = client.get(f"{BASE}/requests/{number}.json", {"api_key": open311_sender.key})

    def at(moment):
        return timezone.localtime(moment).isoformat(timespec="seconds")

    assert response.json() == [
        {
            "service_request_id": number,
            "status": "open",
            "status_notes": "已更换灯泡。",
            "service_name": "路灯照明",
            "service_code": "street-light",
            "description": "路灯不亮",
            "agency_responsible": "红旗社区",
            "service_notice": "红旗社区第1网格 三级网格员（主岗）",
            "requested_datetime": at(case.requested_at),
            "updated_datetime": at(case.updated_at),
            "expected_datetime": at(case.due_at),
            "address": "红旗社区第1网格2号楼",
            "address_id": "x",
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
        }
    ]
    assert at(case.due_at).endswith("T23:59:59+08:00")
    assert "演示" not in response.content.decode()


def test_reading_needs_a_key_and_shows_only_its_own(client, post_request, portal):
    number = post_request().json()[0]["service_request_id"]
    other = portal("other")

    def read(path, key):
        return client.get(f"{BASE}/{path}.json", {"api_key": key} if key else {})

    assert [read(path, None).status_code for path in ("requests", f"requests/{number}")] == [403, 403]
    assert read("requests", other.key).json() == []
    assert read(f"requests/{number}", other.key).status_code == 404
    assert read("requests/20260101-000001", other.key).status_code == 404
    without_scope = portal("without", scopes=())
    assert read("requests", without_scope.key).status_code == 403


@pytest.fixture
def listed(client, open311_sender):
    """Numbers that a list gives for some filters."""

    def ask(query=""):
        response = client.get(f"{BASE}/requests.json?api_key={open311_sender.key}&{query}")
        assert response.status_code == 200, response.content
        return [one["service_request_id"] for one in response.json()]

    return ask


@pytest.fixture
def three(post_request):
    """Three requests of today, 80 days ago and 100 days ago; the second is closed."""
    numbers = [post_request(description=str(n)).json()[0]["service_request_id"] for n in range(3)]
    now = timezone.now()
    for number, days in zip(numbers, (0, 80, 100), strict=True):
        Case.objects.filter(number=number).update(requested_at=now - timedelta(days=days))
    Case.objects.filter(number=numbers[1]).update(state="WITHDRAWN")
    return numbers


def day(days_ago):
    return quote((timezone.localtime() - timedelta(days=days_ago)).isoformat(timespec="seconds"))


def test_a_list_goes_back_90_days_newest_first(listed, three):
    assert listed() == [three[0], three[1]]


def test_a_list_is_narrowed_by_status_service_and_dates(listed, three):
    assert listed("status=open") == [three[0]]
    assert listed("status=closed") == [three[1]]
    assert listed("status=open,closed") == [three[0], three[1]]
    assert listed("service_code=no-such") == []
    assert listed("service_code=no-such,street-light") == [three[0], three[1]]
    assert listed(f"start_date={day(120)}&end_date={day(50)}") == [three[1], three[2]]
    assert listed(f"start_date={day(85)}") == [three[0], three[1]]
    assert listed(f"start_date={day(120)}") == [three[1], three[2]]
    assert listed(f"end_date={day(1)}") == [three[1]]
    assert listed("end_date=1990-01-01T00:00:00Z") == []


def test_numbers_override_every_other_filter(listed, three):
    assert listed(f"service_request_id={three[2]},{three[0]}&status=closed&service_code=x") == [three[0], three[2]]


def test_an_unescaped_plus_sign_is_understood(listed, three):
    start = timezone.localtime() - timedelta(days=1)

    assert listed(f"start_date={start.isoformat(timespec='seconds')}") == [three[0]]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("status=lost", "status 只能是 open 或 closed，不能是 lost。"),
        ("start_date=yesterday", "start_date 须为日期时间，如 2026-11-23T08:00:00+08:00。"),
        ("end_date=0001-01-01T00:00:00Z", "end_date 须为日期时间，如 2026-11-23T08:00:00+08:00。"),
        ("end_date=9999-12-31T23:59:59Z", "end_date 须为日期时间，如 2026-11-23T08:00:00+08:00。"),
        (
            "start_date=2026-01-01T00:00:00Z&end_date=2026-05-01T00:00:00Z",
            "start_date 与 end_date 最多相隔 90 天。",
        ),
    ],
)
def test_filters_that_make_no_sense_are_refused(client, open311_sender, query, sentence):
    response = client.get(f"{BASE}/requests.json?api_key={open311_sender.key}&{query}")

    assert (response.status_code, response.json()) == (400, [{"code": 400, "description": sentence}])


def test_a_long_list_costs_as_many_statements_as_a_short_one(client, open311_sender, post_request):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{BASE}/requests.json?api_key={open311_sender.key}")
        return len([one["sql"] for one in captured if "civicnet_hotline" in one["sql"]])

    post_request()
    short = statements()
    for number in range(12):
        post_request(description=str(number))

    assert (short, statements()) == (1, 1)


def test_a_token_leads_to_its_number(client, post_request, tree):
    number = post_request().json()[0]["service_request_id"]
    token = Case.objects.get().token

    assert client.get(f"{BASE}/tokens/{token}.json").json() == [{"service_request_id": number, "token": token}]
    assert tree(client.get(f"{BASE}/tokens/{token}.xml")) == [("service_request_id", number), ("token", token)]
    assert client.get(f"{BASE}/tokens/wrong.json").status_code == 404


def test_signs_that_no_database_can_look_for_are_left_out(client, open311_sender, listed, post_request):
    number = post_request(service_code="street-light\0", jurisdiction_id="\0").json()[0]["service_request_id"]

    assert listed("service_request_id=%00" + number) == [number]
    assert listed("service_code=%00") == [number]
    for path in ("requests", "services", "tokens"):
        assert client.get(f"{BASE}/{path}/%00.json", {"api_key": open311_sender.key}).status_code == 404


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00%2B23:59", "2199-12-31T23:59:59-23:59"])
def test_a_date_may_stand_at_any_offset(listed, moment):
    assert listed(f"start_date={moment}") == []
