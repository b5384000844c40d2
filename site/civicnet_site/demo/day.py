"""One real day, lived over HTTP: roster, article, case, assessment, an outside portal, and a switch that moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civicnet_site.demo.city import City

Say = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Day:
    """What every step knows: where the city answers, its passwords and keys, and where files lie."""

    base: str
    city: City
    files: Path
    say: Say

    @property
    def party(self) -> str:
        """The Party-building site: the same server under its other name."""
        return self.base.replace("127.0.0.1", "localhost")


def live_through(*, base: str, city: City, files: Path, say: Say) -> dict[str, Any]:
    """Live the day; returns what came of each step, as plain values.

    Raises:
        DayFailed: a step did not go as it should.
    """
    from civicnet_site.demo import steps

    day = Day(base=base, city=city, files=files, say=say)
    say("A clerk imports the roster …")
    held, faults = steps.import_rosters(day)
    say("An editor writes an article; three people review it …")
    urls = steps.publish_article(day)
    say("A resident's request comes in by Open311 and is taken care of …")
    case = steps.take_care_of_a_request(day)
    say("An assessor fills in a form for a worker …")
    total = steps.assess_a_worker(day)
    say("An outside portal reads …")
    portal = steps.read_as_portal(day, case["id"])
    say("The administrator switches the hotline off and on again …")
    toggle = steps.switch_hotline(day, case["id"])
    return {
        "roster_rows": held,
        "roster_faults": faults,
        "article_urls": urls,
        "case": case,
        "assessment": total,
        "portal": portal,
        "toggle": toggle,
    }
