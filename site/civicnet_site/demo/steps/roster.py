"""The clerk's step: two workbooks go in, one clean and one as it came from an office."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from civicnet_site.demo.browser import Browser, DayFailed
from civicnet_site.demo.city import divisions
from civicnet_site.demo.day import Day
from civicnet_site.demo.roster import write_messy_roster, write_roster
from civicnet_site.demo.steps.portal import ask

LONGEST = 180
GRID = "222403001001001"
HELD = """query Held($after: String) {
  grids(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { posts { level } } }
}"""


def import_rosters(day: Day) -> tuple[int, int]:
    """Import both workbooks, unless they were imported before; returns posts held now, and faulty rows."""
    faults = hand_in_rosters(day)
    return _posts_held(day), faults


def hand_in_rosters(day: Day) -> int:
    """The clerk's part of it; returns the faulty rows."""
    clean, messy = _workbooks(day.files)
    with Browser(day.base) as clerk:
        clerk.sign_in("clerk", day.city.password)
        _import(clerk, clean)
        faults = _import(clerk, messy)["fault"]
        _link_accounts(clerk)
    return int(faults)


def _workbooks(folder: Path) -> tuple[Path, Path]:
    names = {one.code: one.name for one in divisions()}
    communities = [(one.code, one.name, names[one.parent]) for one in divisions() if len(one.code) == 12]
    clean, messy = folder / "demo-roster.xlsx", folder / "demo-roster-messy.xlsx"
    if not clean.exists():
        write_roster(clean, communities)
    if not messy.exists():
        write_messy_roster(messy, communities)
    return clean, messy


def _import(clerk: Browser, workbook: Path) -> dict[str, int]:
    page = clerk.submit(
        clerk.get("/admin/imports/new/"), "resource", files={"file": workbook}, resource="grid.roster", allow=499
    )
    if page.status >= 400:
        # The same file is never taken twice: look at what became of it the first time.
        return _wait(clerk, _job_of(clerk, workbook.name), until={"APPLIED"})["counts"]
    job = page.url
    _wait(clerk, job, until={"CHECKED"})
    clerk.submit(clerk.get(job), "/confirm/")
    return _wait(clerk, job, until={"APPLIED"})["counts"]


def _job_of(clerk: Browser, name: str) -> str:
    link = clerk.get("/admin/imports/").soup.find(
        "a", href=re.compile(r"/imports/[0-9a-f-]{36}/"), string=re.compile(name)
    )
    if link is None:
        raise DayFailed(f"{name} was refused, and no earlier import of it is listed")
    return str(link["href"])


def _wait(clerk: Browser, job: str, *, until: set[str]) -> dict[str, Any]:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        progress: dict[str, Any] = clerk.json(job.rstrip("/") + "/progress/")
        if progress["state"] in until:
            return progress
        if progress["state"] in {"REFUSED", "FAILED", "CANCELLED"}:
            raise DayFailed(f"the import ended as {progress['state']}: {progress['words']}")
        time.sleep(0.2)
    raise DayFailed(f"the import did not reach {until} in {LONGEST} seconds; does the background worker run?")


def _link_accounts(clerk: Browser) -> None:
    """Let the first pair at level 3 of the demo grid sign in, as A and B."""
    listed = clerk.get(f"/admin/grid/grids/?q={GRID}").soup
    link = listed.find("a", href=re.compile(r"/grids/\d+/$"))
    if link is None:
        raise DayFailed(f"the clerk does not find grid {GRID}")
    team = clerk.get(str(link["href"])).soup.find("table", class_="grid-team")
    row = next((row for row in team.find_all("tr") if "三级" in row.get_text()), None) if team else None
    if row is None:
        raise DayFailed(f"grid {GRID} has no pair at level 3")
    for cell, username in zip(row.find_all("td"), ("worker_a", "worker_b"), strict=False):
        if act := cell.find("a", href=re.compile(r"/account/$")):
            clerk.submit(clerk.get(str(act["href"])), "user", user=username)


def _posts_held(day: Day) -> int:
    held, after = 0, None
    while True:
        page = ask(day, HELD, after=after)["data"]["grids"]
        held += sum(len(grid["posts"]) for grid in page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return held
        after = page["pageInfo"]["endCursor"]
