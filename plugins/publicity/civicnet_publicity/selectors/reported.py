"""Errors that readers found on our pages: which page it is, who answers for it, and what waits for an editor.

The reports themselves are kept by whichever plugin takes them in; here they are asked for, and shown to those whose pages
they are about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation, User
from civicnet.lifecycle.hooks import collect
from civicnet_publicity.models import ColumnPage
from civicnet_publicity.selectors.articles import article_in, placed_article
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.public import readable
from civicnet_publicity.selectors.watching import columns_of

# Fewer digits than the largest number of a row has.
_DIGITS = 19


@dataclass(frozen=True, slots=True)
class EditorsDesk:
    """Who answers for a page: named by its column, not by a person."""

    organisation_id: int
    key: str
    label: str
    user_id: int | None
    grid_code: str = ""


@dataclass(frozen=True, slots=True)
class ReportedPage:
    """A page as somebody reports an error on it."""

    key: str
    title: str
    address: str
    desk: EditorsDesk | None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """An open report, and the page it is about. ``is_mine``: it lies on this person's own desk."""

    report: Any
    title: str
    page: int | None
    is_mine: bool
    is_late: bool


def page_at(*, site_id: int | None, path: str) -> ReportedPage | None:
    """The page that readers see at a path of a site; for any other path the site itself. None without such a site."""
    site = Site.objects.select_related("root_page").filter(pk=site_id).first()
    if site is None:
        return None
    column, page = _found(site, [part for part in path.partition("?")[0].split("/") if part])
    title = page.title if page is not None else site.site_name or site.hostname
    kind = "site" if page is None else "column" if page.pk == (column and column.pk) else "article"
    key = f"publicity.{kind}:{site.pk if page is None else page.pk}"
    # An article is answered for where it lives, not where it is placed.
    return ReportedPage(key, title, f"{site.root_url}{path}", _desk_of(page or site.root_page))


def reports_for(person: User) -> list[ReportLine]:
    """Open reports about pages that a person finds in the editor, and those on their own desk; what is due first on top."""
    reports = [report for answer in collect("publicity_open_reports") for report in answer.value]
    if not reports:
        return []
    pages, now = _pages_of(reports), timezone.now()
    mine = columns_of(person)
    paths = tuple(ColumnPage.objects.filter(pk__in=mine).values_list("path", flat=True))
    lines = []
    for report in reports:
        page = pages.get(report.page)
        is_mine = report.assignee == person.pk
        # A report about the home page concerns whoever has a column below it.
        seen = page is not None and any(p.startswith(page["path"]) or page["path"].startswith(p) for p in paths)
        if is_mine or seen:
            title, number = (page["title"], page["pk"]) if page else (_("a page that is gone"), None)
            lines.append(ReportLine(report, title, number, is_mine, report.due_at < now))
    return sorted(lines, key=lambda line: line.report.due_at)


def _found(site: Site, parts: Sequence[str]) -> tuple[ColumnPage | None, Any]:
    if not parts:
        return None, None
    column = ColumnPage.objects.child_of(site.root_page).filter(readable(), slug=parts[0]).first()
    if column is None or len(parts) > 2:
        return column, None
    if len(parts) == 1:
        return column, column
    own = article_in(column, parts[1])
    if own is not None and own.get_view_restrictions().exists():
        own = None
    return column, own or placed_article(column, parts[1])


def _desk_of(page: Any) -> EditorsDesk | None:
    """The editor of a page: who owns it, or else who was made a writer there first; None if they are in no organisation."""
    desk = Desk(SYSTEM)
    column = page if page.depth <= 3 else page.get_parent()
    writers = list(desk.writers_in(column).order_by("pk"))
    answers = next((one for one in writers if one.pk == page.owner_id), next(iter(writers), None))
    if answers is None:
        return None
    today = timezone.localdate()
    held = Q(positions__valid_to__isnull=True) | Q(positions__valid_to__gt=today)
    here = Organisation.objects.filter(held, positions__person=answers, positions__valid_from__lte=today)
    organisation = here.order_by("path").values_list("pk", flat=True).first()
    if organisation is None:
        return None
    label = _("Editors of “%(column)s”") % {"column": column.title}
    return EditorsDesk(organisation, f"publicity.column:{column.pk}", label, answers.pk)


def _pages_of(reports: Sequence[Any]) -> Mapping[str, dict[str, Any]]:
    numbers: dict[str, set[str]] = {"article": set(), "column": set(), "site": set()}
    for report in reports:
        kind, _colon, number = report.page.removeprefix("publicity.").partition(":")
        # Whoever reports may name a page that no database could have.
        if kind in numbers and number.isdecimal() and len(number) < _DIGITS:
            numbers[kind].add(number)
    found: dict[str, dict[str, Any]] = {}
    for row in Page.objects.filter(pk__in=numbers["article"] | numbers["column"]).values("pk", "path", "title"):
        for kind in ("article", "column"):
            found[f"publicity.{kind}:{row['pk']}"] = row
    for site in Site.objects.filter(pk__in=numbers["site"]).select_related("root_page"):
        root = site.root_page
        found[f"publicity.site:{site.pk}"] = {"pk": root.pk, "path": root.path, "title": site.site_name or root.title}
    return found
