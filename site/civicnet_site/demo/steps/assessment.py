"""The assessor's step: one form for one worker."""

from __future__ import annotations

import re

from civicnet_site.demo.browser import Browser, DayFailed, Page
from civicnet_site.demo.city import divisions
from civicnet_site.demo.day import Day


def assess_a_worker(day: Day) -> str:
    """Choose somebody who is not assessed yet, and file the form; returns whom it was about, by post and number."""
    with Browser(day.base) as assessor:
        assessor.sign_in("assessor", day.city.password)
        form = _open_form(assessor)
        subject = _somebody(assessor, form)
        page = assessor.get(f"{form}fill/{subject}")
        filled = assessor.submit(page, "comment", **_points(page), comment="演示：走访记录齐全，群众评价良好。")
        if "fill" not in filled.url or filled.soup.find(attrs={"role": "alert"}):
            raise DayFailed(f"the assessment was not filed: {filled.url}")
        return subject.removeprefix("?subject=").replace("%3A", ":")


def _open_form(assessor: Browser) -> str:
    link = assessor.get("/admin/assessment/forms/").soup.find("a", href=re.compile(r"/admin/assessment/forms/\d+/$"))
    if link is None:
        raise DayFailed("no assessment form is open")
    return str(link["href"])


def _somebody(assessor: Browser, form: str) -> str:
    for community in (one.name for one in divisions() if len(one.code) == 12):
        link = assessor.get(f"{form}fill/?q={community}").soup.find("a", href=re.compile(r"subject="))
        if link is not None:
            return str(link["href"])
    raise DayFailed("everybody in the city is assessed already")


def _points(page: Page) -> dict[str, str]:
    names = [str(field["name"]) for field in page.soup.find_all("input", attrs={"data-points": True})]
    return dict.fromkeys(names, "8")
