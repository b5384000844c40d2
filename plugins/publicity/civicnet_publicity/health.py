"""Health: what readers would find empty, what an inspection would veto, and what should have appeared by now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civicnet.contract import Problem
from civicnet_publicity.board import SiteHealth, column_board
from civicnet_publicity.selectors.watching import overdue_articles

# The worker looks several times a minute.
_LATE = timedelta(minutes=5)


def problems() -> list[Problem]:
    """Empty columns, sites that fail, and articles that are late. Ten statements."""
    board = column_board(visible=None)
    url = reverse("publicity_board:index")
    empty = sum(row.state == "empty" for row in board.rows)
    found = []
    if empty:
        said = ngettext(
            "%(count)d column is empty: publish something there, or take it down.",
            "%(count)d columns are empty: publish something there, or take them down.",
            empty,
        )
        found.append(Problem(said % {"count": empty}, url))
    found.extend(Problem(sentence, url, serious=True) for site in board.sites for sentence in faults(site))
    if late := overdue_articles(timezone.now() - _LATE):
        said = ngettext(
            "%(count)d article is approved and has not appeared at its time: see whether the worker runs.",
            "%(count)d articles are approved and have not appeared at their time: see whether the worker runs.",
            late,
        )
        found.append(Problem(said % {"count": late}, reverse("publicity_articles:index"), serious=True))
    return found


def faults(site: SiteHealth) -> Iterator[str]:
    """For each rule that a site breaks today, the sentence that says so."""
    said = {
        "stale": _("%(site)s would fail an inspection: %(count)d columns for news, notices or policy are stale."),
        "neglected": _("%(site)s would fail an inspection: %(count)d columns that should be updated are stale."),
        "empty": _("%(site)s would fail an inspection: %(count)d columns are empty."),
    }
    for rule in site.rules:
        if rule.is_broken:
            yield said[rule.code] % {"site": site.name, "count": rule.count}
    if site.home_ends and site.is_home_stale:
        yield _("%(site)s would fail an inspection: nothing new has been on its home page for two weeks.") % {
            "site": site.name
        }
