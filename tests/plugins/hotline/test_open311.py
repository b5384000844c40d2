"""Open311 GeoReport v2, over HTTP, in JSON and XML."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.keys import revoke_client
from civicnet_hotline.models import Case
from civicnet_hotline.services import reply_to_case, sign_for_case

BASE = "/open311/v2"
JSON = "application/json; charset=utf-8"
XML = "text/xml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def sender(portal, street_light):
    return portal("sender")


@pytest.fixture
def post_request(client, sender):
    """POSTs a good request, with what is said here instead; None leaves an argument out."""

    def send(fmt="json", **given):
        values = {
            "api_key": sender.key,
            "service_code": "street-light",
            "address_string": "红旗社区第1网格2号楼",
            "description": "路灯不亮",
        }
        sent = {name: value for name, value in (values | given).items() if value is not None}
        return client.post(f"{BASE}/requests.{fmt}", sent)

    return send


def tree(response):
    """Tag and text of each leaf of an XML answer."""
    return [(one.tag, one.text) for one in fromstring(response.content).iter() if not len(one)]


def test_a_request_gets_its_number_at_once(watch, post_request, sender):
    response = post_request()

    case = Case.objects.get()
    day = timezone.localtime(case.due_at).date()
    assert (response.status_code, response["Content-Type"]) == (200, JSON)
    assert response.json() == [
        {
            "service_request_id": case.number,
            "service_notice": f"已受理，预计 {day} 前答复。",
            "account_id": None,
        }
    ]
    assert (case.source, case.client_id, case.state) == ("OPEN311", sender.client.pk, "DISPATCHED")
    assert not response.cookies


def test_the_same_in_xml(watch, post_request):
    response = post_request("xml")

    case = Case.objects.get()
    assert (response.status_code, response["Content-Type"]) == (200, XML)
    assert response.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<service_requests><request>")
    assert tree(response)[0] == ("service_request_id", case.number)


def test_all_that_a_portal_may_send_is_kept_or_left_alone(post_request):
    post_request(
        lat="43.372",
        long="128.232",
        address_id="222403001001001",
        last_name="演示",
        first_name="居民",
        phone="0433-1234567",
        email="a@example.org",
        device_id="x",
        account_id="y",
        media_url="http://example.org/a.jpg",
        **{"attribute[CODE]": "v"},
    )

    case = Case.objects.get()
    assert (case.latitude, case.longitude, case.address_id) == (43.372, 128.232, "222403001001001")
    assert (case.caller_name, case.caller_phone) == ("演示居民", "04331234567")


@pytest.mark.parametrize(
    "place",
    [
        {"address_string": "红旗社区"},
        {"address_string": None, "address_id": "222403001001001"},
        {"address_string": None, "lat": "43.3", "long": "128.2"},
        {"address_string": "", "lat": "43.3", "long": "128.2"},
    ],
)
def test_any_one_of_three_ways_says_where(post_request, place):
    assert post_request(**place).status_code == 200


def test_a_key_may_come_as_a_bearer(client, sender):
    sent = {"service_code": "street-light", "address_string": "红旗社区"}

    response = client.post(f"{BASE}/requests.json", sent, headers={"Authorization": f"Bearer {sender.key}"})

    assert response.status_code == 200


def test_no_csrf_token_is_asked_for(sender):
    strict = Client(enforce_csrf_checks=True)
    sent = {"api_key": sender.key, "service_code": "street-light", "address_string": "红旗社区"}

    assert strict.post(f"{BASE}/requests.json", sent).status_code == 200


WITHOUT_PLACE = "请说明地点：填写地址、地址编号，或同时给出纬度和经度。"
REFUSALS = [
    ({"api_key": None}, 403, "需要 api_key，请向平台管理员申请。"),
    ({"api_key": "wrong"}, 403, "此接口密钥无效，请向平台管理员申请新的密钥。"),
    ({"service_code": None}, 400, "缺少 service_code，可用 GET services 查看。"),
    ({"service_code": ""}, 400, "缺少 service_code，可用 GET services 查看。"),
    ({"service_code": "no-such"}, 404, "没有这个代码的类别，请从服务列表中选择。"),
    ({"address_string": None}, 400, WITHOUT_PLACE),
    ({"address_string": " "}, 400, WITHOUT_PLACE),
    ({"address_string": None, "lat": "43.3"}, 400, "纬度和经度须同时给出，现缺其一。"),
    ({"lat": "north", "long": "128.2"}, 400, "lat 须为度数（WGS84）。"),
    ({"lat": "43.3", "long": "1_2"}, 400, "long 须为度数（WGS84）。"),
    ({"lat": "nan", "long": "128.2"}, 400, "lat 须为度数（WGS84）。"),
    ({"lat": "91", "long": "128.2"}, 400, "纬度应在 -90 到 90 之间（WGS84）。"),
    ({"description": "路" * 4001}, 400, "描述最多 4000 字，现为 4001 字。"),
    ({"phone": "call me"}, 400, "这不是电话号码。只填数字即可，也可以不填。"),
    ({"jurisdiction_id": "110105"}, 404, "本接口不服务于所给的 jurisdiction_id。"),
]


@pytest.mark.parametrize(("wrong", "status", "sentence"), REFUSALS)
def test_each_refusal_is_told_in_json_and_stores_nothing(post_request, written, wrong, status, sentence):
    before = written()

    response = post_request(**wrong)

    assert (response.status_code, response["Content-Type"]) == (status, JSON)
    assert response.json() == [{"code": status, "description": sentence}]
    assert written() == before


@pytest.mark.parametrize(("wrong", "status", "sentence"), REFUSALS)
def test_each_refusal_is_told_in_xml(post_request, written, wrong, status, sentence):
    before = written()

    response = post_request("xml", **wrong)

    assert (response.status_code, response["Content-Type"]) == (status, XML)
    assert fromstring(response.content).tag == "errors"
    assert tree(response) == [("code", str(status)), ("description", sentence)]
    assert written() == before


def test_a_key_without_the_scope_or_no_longer_valid_is_refused(post_request, portal, written):
    reader, gone = portal("reader", scopes=("hotline.read",)), portal("gone")
    revoke_client(client=gone.client, actor=SYSTEM, reason="test")
    before = written()

    answers = [post_request(api_key=one.key) for one in (reader, gone)]

    assert [one.status_code for one in answers] == [403, 403]
    assert written() == before


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"service_code": "street-light"}', "application/json"),
        (b"x", "text/plain"),
        (b"a=%B0%A1", f"{FORM}; charset=gb18030"),
        (b"broken", "multipart/form-data"),
        ("&".join(f"a{number}=1" for number in range(10_001)).encode(), FORM),
    ],
)
def test_a_body_that_is_no_form_is_refused(client, street_light, written, body, content_type):
    before = written()

    response = client.post(f"{BASE}/requests.json", body, content_type=content_type)

    assert response.status_code == 400
    assert response.json()[0]["code"] == 400
    assert written() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, street_light, method):
    response = getattr(client, method)(f"{BASE}/requests.json")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert response.json() == [{"code": 405, "description": "此处请使用 GET, HEAD, POST。"}]


def test_other_formats_do_not_exist(client, street_light):
    assert client.get(f"{BASE}/services.html").status_code == 404


def test_signs_that_xml_cannot_carry_never_break_it(post_request, client, sender):
    words = "a<b>&\"'\x0b]]>\ufffe路"
    number = post_request(description=words).json()[0]["service_request_id"]

    response = client.get(f"{BASE}/requests/{number}.xml", {"api_key": sender.key})

    assert ("description", "a<b>&\"']]>路") in tree(response)


def test_repeating_a_request_within_an_hour_gives_the_same_number(watch, post_request):
    assert post_request().json() == post_request().json()
    assert Case.objects.count() == 1


def test_services_are_listed_for_everybody(client, street_light, city):
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


def test_a_service_has_a_definition_without_attributes(client, street_light):
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


def test_a_portal_reads_its_own_request_and_nobodys_caller(watch, client, post_request, sender, worker_actor):
    number = post_request(last_name="演示", phone="04331234567", address_id="x").json()[0]["service_request_id"]
    case = Case.objects.get()
    sign_for_case(actor=worker_actor, case=case)
    case = reply_to_case(actor=worker_actor, case=case, reply="已更换灯泡。")

    response = client.get(f"{BASE}/requests/{number}.json", {"api_key": sender.key})

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
def listed(client, sender):
    """Numbers that a list gives for some filters."""

    def ask(query=""):
        response = client.get(f"{BASE}/requests.json?api_key={sender.key}&{query}")
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
def test_filters_that_make_no_sense_are_refused(client, sender, query, sentence):
    response = client.get(f"{BASE}/requests.json?api_key={sender.key}&{query}")

    assert (response.status_code, response.json()) == (400, [{"code": 400, "description": sentence}])


def test_a_long_list_costs_as_many_statements_as_a_short_one(client, sender, post_request):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{BASE}/requests.json?api_key={sender.key}")
        return len([one["sql"] for one in captured if "civicnet_hotline" in one["sql"]])

    post_request()
    short = statements()
    for number in range(12):
        post_request(description=str(number))

    assert (short, statements()) == (1, 1)


def test_a_token_leads_to_its_number(client, post_request):
    number = post_request().json()[0]["service_request_id"]
    token = Case.objects.get().token

    assert client.get(f"{BASE}/tokens/{token}.json").json() == [{"service_request_id": number, "token": token}]
    assert tree(client.get(f"{BASE}/tokens/{token}.xml")) == [("service_request_id", number), ("token", token)]
    assert client.get(f"{BASE}/tokens/wrong.json").status_code == 404


def test_english_portals_are_answered_in_english(client, street_light):
    response = client.post(f"{BASE}/requests.json", {}, headers={"Accept-Language": "en"})

    assert response.json() == [
        {"code": 403, "description": "An api_key is needed. Ask the platform's administrator for one."}
    ]
