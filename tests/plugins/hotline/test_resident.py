"""The resident's pages: asking in Chinese, being told what is wrong, and following what becomes of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from civicnet_hotline.models import Case, ReturnReason
from civicnet_hotline.services import follow_up_case, reply_to_case, return_case, sign_for_case

GOOD = {"category": "street-light", "description": "路灯不亮", "address": "红旗社区第1网格2号楼"}


@pytest.fixture
def page(client, street_light, city):
    """Reads a page and gives its text."""

    def read(path, status=200):
        response = client.get(path)
        assert response.status_code == status
        return response.content.decode()

    return read


def test_the_form_asks_for_little_and_says_why(page):
    text = page("/requests/")

    form = text.split('<form method="post" novalidate>')[1].split("</form>")[0]
    assert re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', form) == [
        "csrfmiddlewaretoken",
        "once",
        "category",
        "description",
        "address",
        "caller_name",
        "caller_phone",
        "website",
    ]
    assert "姓名和电话可以不填，加密保存，仅用于核实情况和答复，办结后 365 天删除。" in text
    assert '<option value="street-light">路灯照明</option>' in text


def test_a_request_gets_a_number_and_a_way_to_follow_it(client, page, watch):
    sent = client.post("/requests/", GOOD | {"caller_name": "演示居民", "caller_phone": "04331234567"})

    case = Case.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, f"/requests/received/{case.token}/")
    assert (case.source, case.client_id, case.state, case.caller_name) == ("WEB", None, "DISPATCHED", "演示居民")
    text = page(sent["Location"])
    assert case.number in text and case.token in text
    assert f'href="/requests/progress/{case.token}/"' in text


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"category": ""}, "category", "请选择一项。"),
        ({"description": ""}, "description", "请填写此项。"),
        ({"address": " "}, "address", "请填写此项。"),
        ({"address": "\x01"}, "address", "请说明地点"),
        ({"category": "no-such"}, "category", "此项不可选，请重新选择。"),
        ({"caller_phone": "call me"}, "caller_phone", "这不是电话号码。只填数字即可，也可以不填。"),
        ({"website": "http://spam.example"}, "website", "请将最后一栏留空后重新提交。"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_what_was_typed_stays(
    client, street_light, city, written, wrong, field, sentence
):
    before = written()

    response = client.post("/requests/", GOOD | {"caller_name": "演示居民"} | wrong)

    assert response.status_code == 400
    assert sentence in str(response.context["form"].errors[field])
    text = response.content.decode()
    assert "尚未提交，请检查下方标出的内容。" in text
    assert 'value="演示居民"' in text
    assert written() == before


def test_all_faults_are_told_at_once(client, street_light):
    response = client.post("/requests/", {"caller_phone": "call me"})

    assert set(response.context["form"].errors) == {"category", "description", "address", "caller_phone"}


def test_pressing_twice_makes_one_case(client, page, watch):
    once = re.search(r'name="once" value="(\w+)"', page("/requests/"))[1]

    first = client.post("/requests/", GOOD | {"once": once})
    second = client.post("/requests/", GOOD | {"once": once})

    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_the_form_cannot_be_sent_from_another_site(street_light, written):
    before = written()

    assert Client(enforce_csrf_checks=True).post("/requests/", GOOD).status_code == 403
    assert written() == before


def test_markup_in_a_request_stays_text(client, street_light, page):
    client.post("/requests/", GOOD | {"description": "<script>alert(1)</script>"})

    text = page(f"/requests/progress/{Case.objects.get().token}/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


def test_progress_is_told_in_plain_words_without_names_of_staff(submit, watch, worker_actor, actor, page):
    case = submit()
    sign_for_case(actor=worker_actor, case=case)
    reply_to_case(actor=worker_actor, case=case, reply="已更换灯泡。")
    office = actor(["civicnet_hotline.follow_up_case"])
    follow_up_case(actor=office, case=case, solved=True, satisfaction=5, note="内部备注")

    text = page(f"/requests/progress/{case.token}/")

    sentences = re.findall(r"</time> (.+?)</li>", text)
    assert sentences == [
        "我们已受理您的诉求。",
        "已交给当地的值班人员。",
        "值班人员已签收，正在办理。",
        "已答复。",
        "您表示问题已解决，诉求办结。",
    ]
    assert "已更换灯泡。" in text and "已办结" in text
    assert "演示worker" not in text and "演示person" not in text and "内部备注" not in text


def test_a_return_is_told_without_its_reason(submit, watch, worker_actor, page):
    case = submit()
    return_case(actor=worker_actor, case=case, reason=ReturnReason.OTHER_AREA, note="内部备注")

    text = page(f"/requests/progress/{case.token}/")

    assert "此事由其他单位负责，调度人员会转交。" in text
    assert "内部备注" not in text and "不在我的网格" not in text


def test_number_and_query_code_lead_to_the_progress_page(client, submit):
    case = submit()

    response = client.post("/requests/progress/", {"number": case.number, "token": case.token})

    assert response["Location"] == f"/requests/progress/{case.token}/"


def test_either_alone_leads_nowhere(client, submit):
    case, other = submit("甲"), submit("乙")
    sentence = "没有与此编号和查询码相符的诉求，请核对后重试。"

    for number, token in [(case.number, "wrong"), (other.number, case.token), ("", case.token)]:
        response = client.post("/requests/progress/", {"number": number, "token": token})
        assert response.status_code in (400, 404)
        assert response.status_code == 400 or sentence in response.content.decode()

    unknown = client.get("/requests/progress/wrong/")
    assert (unknown.status_code, sentence in unknown.content.decode()) == (404, True)


def test_pages_of_a_token_are_kept_by_no_cache_and_no_search_engine(client, submit):
    response = client.get(f"/requests/progress/{submit().token}/")

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_the_page_speaks_english_too(client, street_light):
    text = client.get("/requests/", headers={"Accept-Language": "en"}).content.decode()

    assert "Make a request" in text
    assert "erased 365 days after the request is closed" in text
