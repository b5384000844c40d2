"""The office in Wagtail's admin: the list, the file, dispatching by hand, following up."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet_hotline.models import ReturnReason
from civicnet_hotline.services import Caller, Place, reply_to_case, return_case, sign_for_case

LIST = "/admin/hotline/cases/"
ADMIN = "wagtailadmin.access_admin"
ALL = [
    ADMIN,
    "civicnet_hotline.view_case",
    "civicnet_hotline.dispatch_case",
    "civicnet_hotline.follow_up_case",
    "civicnet_hotline.handle_case",
]


@pytest.fixture
def office(client, staff, watch):
    """A dispatcher of the whole city, signed in."""
    client.force_login(staff(ALL, username="dispatcher"))
    return client


def listed(client, query=""):
    return re.findall(r"/admin/hotline/cases/\d+/\"[^>]*>\s*([\d-]{15})", client.get(LIST + query).content.decode())


def test_the_list_shows_what_the_actor_may_see_newest_first(office, submit):
    cases = [submit("甲"), submit("乙", place=Place(address="不知何处"))]

    assert listed(office) == [cases[1].number, cases[0].number]


def test_the_list_is_filtered_and_searched(office, submit, city, street_light):
    routed, nowhere = submit("甲"), submit("乙", place=Place(address="不知何处"))

    assert listed(office, "?state=TO_DISPATCH") == [nowhere.number]
    assert listed(office, f"?organisation={city['222403001001'].pk}") == [routed.number]
    assert listed(office, f"?category={street_light.pk}") == [nowhere.number, routed.number]
    assert listed(office, "?q=不知何处") == [nowhere.number]


def test_dates_in_the_list_are_dates(office, submit):
    due = timezone.localtime(submit().due_at)

    assert f"{due:%Y-%m-%d}" in office.get(LIST).content.decode()


def test_communities_without_cases_are_not_offered_as_filters(office, submit):
    submit()

    text = office.get(LIST).content.decode()

    assert "红旗社区" in text and "北苑社区" not in text


def test_the_menu_item_is_for_posts_that_work_with_cases(client, staff, street_light):
    client.force_login(staff(ALL, username="dispatcher"))
    assert LIST in client.get("/admin/").content.decode()

    client.force_login(staff([ADMIN], username="editor"))
    assert LIST not in client.get("/admin/").content.decode()


def test_a_superuser_without_the_post_reads_no_case(client, submit, watch):
    case = submit()
    client.force_login(User.objects.create_superuser(username="root", password="demo-only-1234"))

    home, cases, file = (client.get(path) for path in ("/admin/", LIST, f"{LIST}{case.pk}/"))

    assert home.status_code == 200 and LIST not in home.content.decode()
    assert cases.status_code == 302 and file.status_code == 404


def test_the_file_shows_facts_trail_and_a_masked_number(office, submit):
    case = submit(caller=Caller(name="演示居民", phone="04331234567"))

    text = office.get(f"{LIST}{case.pk}/").content.decode()

    assert case.number in text and "红旗社区第1网格 三级网格员（主岗）" in text
    assert re.findall(r"<strong>(.+?)</strong> <span>(.+?)</span>", text) == [
        ("受理编号", "居民"),
        ("派单", "CivicNet"),
    ]
    assert "043****4567" in text and "04331234567" not in text and "演示居民" not in text


def test_the_whole_number_costs_a_reason(office, submit):
    case = submit(caller=Caller(phone="04331234567"))

    shown = office.post(f"{LIST}{case.pk}/phone/", {"reason": "回访核实"})
    refused = office.post(f"{LIST}{case.pk}/phone/", {"reason": ""})

    assert "04331234567" in shown.content.decode()
    assert refused.status_code == 400 and "04331234567" not in refused.content.decode()


def test_a_case_that_was_routed_nowhere_is_dispatched_by_hand(office, submit, post, worker, fresh, trail):
    case = submit(place=Place(address="不知何处"))
    page = office.get(f"{LIST}{case.pk}/dispatch/?search=红旗").content.decode()
    assert 'name="post_key" value="watch.post:1"' in page and post.label in page

    response = office.post(
        f"{LIST}{case.pk}/dispatch/", {"search": "红旗", "post_key": "watch.post:1", "note": "请尽快"}, follow=True
    )

    assert f"{case.number} 已派给 {post.label}。" in response.content.decode()
    assert (fresh(case).state, fresh(case).assignee_id) == ("DISPATCHED", worker.pk)
    assert trail(case)[-1] == ("DISPATCH", "TO_DISPATCH", "DISPATCHED")


@pytest.mark.parametrize("sent", [{"search": "红旗", "post_key": "watch.post:9"}, {"search": "红旗"}])
def test_a_post_that_is_not_offered_cannot_be_chosen(office, submit, fresh, written, sent):
    case = submit(place=Place(address="不知何处"))
    before = written()

    response = office.post(f"{LIST}{case.pk}/dispatch/", sent)

    assert response.status_code == 400
    assert (fresh(case).state, written()) == ("TO_DISPATCH", before)


def test_a_case_that_is_with_a_post_is_not_dispatched_again(office, submit, fresh, written):
    case = submit()
    before = written()

    response = office.post(f"{LIST}{case.pk}/dispatch/", {"search": "", "post_key": "watch.post:1"})

    assert response.status_code == 409
    assert "工单已有新进展" in response.content.decode()
    assert written() == before


def test_no_post_to_choose_names_the_next_step(office, submit):
    case = submit(place=Place(address="不知何处"))

    text = office.get(f"{LIST}{case.pk}/dispatch/?search=没有").content.decode()

    assert "没有匹配的在岗岗位，请用更少的字搜索，例如社区名称。" in text


def buttons(client, case):
    text = client.get(f"{LIST}{case.pk}/").content.decode()
    return re.findall(rf'(?:action|href)="/admin/hotline/cases/{case.pk}/([\w-]+)/', text)


def test_buttons_follow_the_state(office, submit):
    case = submit()
    seen = {case.state: buttons(office, case)}
    for step in (
        lambda: return_case(actor=SYSTEM, case=case, reason=ReturnReason.UNCLEAR),
        lambda: office.post(f"{LIST}{case.pk}/dispatch/", {"search": "", "post_key": "watch.post:1"}),
        lambda: sign_for_case(actor=SYSTEM, case=case),
        lambda: reply_to_case(actor=SYSTEM, case=case, reply="修好了"),
        lambda: office.post(f"{LIST}{case.pk}/follow-up/", {"solved": "yes", "satisfaction": "5", "note": ""}),
    ):
        step()
        case.refresh_from_db()
        seen[case.state] = buttons(office, case)

    assert seen == {
        "DISPATCHED": ["sign", "return", "withdraw"],
        "RETURNED": ["dispatch", "withdraw"],
        "SIGNED_FOR": ["reply", "return", "withdraw"],
        "REPLIED": ["follow-up"],
        "COMPLETED": [],
    }


@pytest.mark.parametrize(
    ("sent", "state", "solved", "satisfaction"),
    [
        ({"solved": "yes", "satisfaction": "4"}, "COMPLETED", True, 4),
        ({"solved": "no", "satisfaction": ""}, "DISPATCHED", False, None),
    ],
)
def test_following_up_closes_or_reopens(office, submit, fresh, sent, state, solved, satisfaction):
    case = submit()
    sign_for_case(actor=SYSTEM, case=case)
    reply_to_case(actor=SYSTEM, case=case, reply="修好了")

    response = office.post(f"{LIST}{case.pk}/follow-up/", sent, follow=True)

    assert f"已记录 {case.number} 的回访结果。" in response.content.decode()
    case = fresh(case)
    assert (case.state, case.solved, case.satisfaction) == (state, solved, satisfaction)


def test_a_fault_in_a_form_keeps_what_was_typed(office, submit, fresh):
    case = submit()
    sign_for_case(actor=SYSTEM, case=case)
    reply_to_case(actor=SYSTEM, case=case, reply="修好了")

    response = office.post(f"{LIST}{case.pk}/follow-up/", {"satisfaction": "4", "note": "打了两次电话"})

    assert response.status_code == 400
    assert 'value="打了两次电话"' in response.content.decode()
    assert fresh(case).state == "REPLIED"


def test_an_act_without_the_post_for_it_is_refused(client, staff, submit, watch, fresh, written):
    case = submit()
    client.force_login(staff([ADMIN, "civicnet_hotline.view_case"], username="supervisor"))
    before = written()

    answers = [
        client.post(f"{LIST}{case.pk}/sign/"),
        client.post(f"{LIST}{case.pk}/withdraw/", {"reason": "x"}),
        client.get(f"{LIST}{case.pk}/dispatch/"),
        client.post(f"{LIST}{case.pk}/other/"),
    ]

    assert [one.status_code for one in answers] == [403, 403, 404, 404]
    assert "您的岗位没有此项权限" in answers[0].content.decode()
    assert (fresh(case).state, written()) == ("DISPATCHED", before)


def test_a_neighbours_case_has_no_file_here(client, staff, submit, watch):
    case = submit()
    client.force_login(staff(ALL, "222403001002", username="neighbour"))

    assert listed(client) == []
    assert [client.get(f"{LIST}{case.pk}/{page}").status_code for page in ("", "dispatch/")] == [404, 404]
