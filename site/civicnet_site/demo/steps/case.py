"""The hotline's step: a request comes in by Open311, and goes its way to the end."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import httpx

from civicnet_site.demo.browser import Browser, DayFailed
from civicnet_site.demo.day import Day
from civicnet_site.demo.steps.portal import ask

DESK = "/desk/sign-in/"
ADDRESS = "渤海街道红旗社区第1网格2号楼3单元"
CASE = """query Case($number: String!) {
  hotlineCase(number: $number) { number state open311Status postLabel steps { action toState } }
}"""


def take_care_of_a_request(day: Day) -> dict[str, Any]:
    """Submit, sign for, reply, follow up; returns the case as its portal sees it at the end."""
    number = _submit(day)
    if not any(_take_care(day, username, number) for username in ("worker_a", "worker_b")):
        raise DayFailed(f"case {number} has come to nobody's desk")
    _follow_up(day, number)
    case = ask(day, CASE, number=number)["data"]["hotlineCase"]
    if case["state"] != "COMPLETED":
        raise DayFailed(f"case {number} ended as {case['state']}")
    return {
        "id": case["number"],
        "status": case["open311Status"],
        "state": case["state"],
        "post": case["postLabel"],
        "steps": [step["action"] for step in case["steps"]],
    }


def _submit(day: Day) -> str:
    answer = httpx.post(
        f"{day.base}/open311/v2/requests.json",
        data={
            "api_key": day.city.portal_key,
            "service_code": "public-lighting",
            "address_string": ADDRESS,
            "description": f"演示诉求：楼道灯不亮，夜里上下楼不方便。（{datetime.now():%H:%M:%S}）",
        },
        timeout=30,
    )
    if answer.status_code not in (200, 201):
        raise DayFailed(f"Open311 answered {answer.status_code}: {answer.text[:300]}")
    return str(answer.json()[0]["service_request_id"])


def _take_care(day: Day, username: str, number: str) -> bool:
    """Sign for the case and answer it, if it has come to this desk: to A's, or to B's while A is away."""
    with Browser(day.base) as desk:
        desk.sign_in(username, day.city.password, at=DESK)
        if number not in desk.get("/desk/hotline/").text:
            return False
        card = desk.get(f"/desk/hotline/{number}/")
        signed = desk.submit(card, f"/{number}/sign/")
        desk.submit(signed, f"/{number}/reply/", reply="演示答复：已到现场更换楼道照明，夜间通行正常。")
        return True


def _follow_up(day: Day, number: str) -> None:
    with Browser(day.base) as dispatcher:
        dispatcher.sign_in("dispatcher", day.city.password)
        listed = dispatcher.get(f"/admin/hotline/cases/?q={number}").soup
        link = listed.find("a", href=re.compile(r"/admin/hotline/cases/\d+/$"), string=re.compile(number))
        if link is None:
            raise DayFailed(f"the dispatcher does not find case {number}")
        dispatcher.submit(
            dispatcher.get(str(link["href"])), "/follow-up/", solved="yes", satisfaction="5", note="演示回访"
        )
