"""The administrator's step: the hotline goes off and comes back, in every process, with nothing lost."""

from __future__ import annotations

from typing import Any

import httpx

from civicnet_site.demo.browser import Browser, DayFailed
from civicnet_site.demo.day import Day
from civicnet_site.demo.steps.portal import run_portal

PROCESS = "X-CivicNet-Process"
PROCESSES = 2
MOST_TRIES = 400


def switch_hotline(day: Day, case: str) -> dict[str, Any]:
    """Look at every surface in every process before, while off, and after; returns what was seen."""
    with Browser(day.base) as administrator, Browser(day.base) as dispatcher:
        administrator.sign_in("admin", day.city.password)
        dispatcher.sign_in("dispatcher", day.city.password)
        before = _surfaces(day, dispatcher)
        _move(administrator, "off")
        off = _surfaces(day, dispatcher)
        status, printed = run_portal(day, case)
        _move(administrator, "on")
        back = _surfaces(day, dispatcher)
        again, portal = run_portal(day, case)
    if before != back or before == off or again != 0:
        raise DayFailed(f"the switch did not do its work: {before} → {off} → {back}")
    if status == 0 or "PLUGIN_DISABLED" not in printed.get("errors", []):
        raise DayFailed(f"the portal was not told that the plugin is off: {printed}")
    return {
        "before": before,
        "after": off,
        "portal": printed["errors"],
        "back": back,
        "case_kept": portal["case"]["number"] == case,
        "processes": PROCESSES,
    }


def _move(administrator: Browser, target: str) -> None:
    page = administrator.get(f"/admin/plugins/hotline/{target}/")
    administrator.submit(page, "reason", reason="演示：开关立即生效，数据不变")


def _surfaces(day: Day, dispatcher: Browser) -> dict[str, Any]:
    """What each surface answers, and that all processes answer alike."""
    return {
        "menu": "/admin/hotline/cases/" in dispatcher.get("/admin/").text,
        "screen": dispatcher.get("/admin/hotline/cases/", allow=404).status,
        "page": _in_every_process(day, "GET", "/requests/"),
        "open311": _in_every_process(day, "GET", "/open311/v2/services.json"),
        "graphql": _in_every_process(day, "POST", "/graphql/"),
    }


def _in_every_process(day: Day, method: str, path: str) -> int | str:
    seen: dict[str, int | str] = {}
    for _attempt in range(MOST_TRIES):
        # A connection of its own for each request, so that it may land in any process.
        answer = httpx.request(
            method,
            day.base + path,
            json={"query": "{ hotlineCategories { __typename } }"} if method == "POST" else None,
            headers={"Connection": "close"},
            timeout=30,
        )
        outcome: int | str = answer.status_code
        if method == "POST":
            errors = answer.json().get("errors")
            outcome = errors[0]["extensions"]["code"] if errors else "answered"
        if seen.setdefault(answer.headers[PROCESS], outcome) != outcome:
            raise DayFailed(f"{path} answered {outcome} and {seen} in one process")
        if len(seen) == PROCESSES:
            break
    if len(seen) < PROCESSES or len(set(seen.values())) != 1:
        raise DayFailed(f"{path}: the processes do not agree: {seen}")
    return next(iter(seen.values()))
