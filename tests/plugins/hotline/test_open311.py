"""Open311: what portals submit, and how each refusal is told, in JSON and XML."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import revoke_client
from civicnet_hotline.models import Case

BASE = "/open311/v2"
JSON = "application/json; charset=utf-8"
XML = "text/xml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"


def test_a_request_gets_its_number_at_once(watch, post_request, open311_sender):
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
    assert (case.source, case.client_id, case.state) == ("OPEN311", open311_sender.client.pk, "DISPATCHED")
    assert not response.cookies


def test_the_same_in_xml(watch, post_request, tree):
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


def test_a_key_may_come_as_a_bearer(client, open311_sender):
    sent = {"service_code": "street-light", "address_string": "红旗社区"}

    response = client.post(f"{BASE}/requests.json", sent, headers={"Authorization": f"Bearer {open311_sender.key}"})

    assert response.status_code == 200


def test_no_csrf_token_is_asked_for(open311_sender):
    strict = Client(enforce_csrf_checks=True)
    sent = {"api_key": open311_sender.key, "service_code": "street-light", "address_string": "红旗社区"}

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
def test_each_refusal_is_told_in_xml(post_request, written, wrong, status, sentence, tree):
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


def test_signs_that_xml_cannot_carry_never_break_it(post_request, client, open311_sender, tree):
    words = "a<b>&\"'\x0b]]>\ufffe路"
    number = post_request(description=words).json()[0]["service_request_id"]

    response = client.get(f"{BASE}/requests/{number}.xml", {"api_key": open311_sender.key})

    assert ("description", "a<b>&\"']]>路") in tree(response)


def test_repeating_a_request_within_an_hour_gives_the_same_number(watch, post_request):
    assert post_request().json() == post_request().json()
    assert Case.objects.count() == 1


def test_english_portals_are_answered_in_english(client, street_light):
    response = client.post(f"{BASE}/requests.json", {}, headers={"Accept-Language": "en"})

    assert response.json() == [
        {"code": 403, "description": "An api_key is needed. Ask the platform's administrator for one."}
    ]
