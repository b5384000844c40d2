"""Columns and articles as sheets tell them: by site and address, in their latest version for whoever may change it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import slugify
from wagtail.images import get_image_model
from wagtail.models import Revision, Site, WorkflowState

from civicnet.contract import Actor
from civicnet_publicity.models import (
    DISCLOSED,
    ArticlePage,
    ColumnPage,
    HomePage,
    IndexNumber,
    Placement,
    PlacementState,
)
from civicnet_publicity.selectors.articles import published_articles
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.public import STEP

LONGEST_SLUG = 120
# A page of an export; each takes the same few statements.
CHUNK = 100
SLUG = re.compile(r"[-\w]+")
_WORDS = re.compile(r"\s+")
_TEXTS = (
    "title",
    "slug",
    "summary",
    "source",
    "author",
    "keywords",
    "index_number",
    *DISCLOSED,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A column with its site's name in sheets. ``key`` is how sheets write it: ``site/address``."""

    column: ColumnPage
    site: str
    site_name: str

    @property
    def key(self) -> str:
        """As sheets write it."""
        return f"{self.site}/{self.column.slug}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the library: its number, its file's name, what it shows, and its digest."""

    pk: int
    name: str
    shows: str
    digest: str


@dataclass(frozen=True, slots=True)
class Written:
    """An article as it is written. ``editable``: the actor may change it; else this is what readers see of it, or, where that
    is nothing, it is ``hidden``. ``busy``: it is locked, or under review.
    """

    page: ArticlePage
    values: Mapping[str, Any]
    body: Sequence[dict[str, Any]]
    picture: Picture | None
    editable: bool
    hidden: bool
    busy: bool

    @property
    def above(self) -> str:
        """The path of its column."""
        path: str = self.page.path
        return path[:-STEP]

    @property
    def pending(self) -> bool:
        """Whether readers see an older version."""
        return self.page.live and self.page.has_unpublished_changes and self.editable


def site_homes() -> dict[str, tuple[HomePage, str]]:
    """Home pages by the name that sheets give their site, with the name that people give it. Two statements."""
    sites = list(Site.objects.select_related("root_page").order_by("pk"))
    homes = {home.pk: home for home in HomePage.objects.filter(pk__in=[one.root_page_id for one in sites])}
    hosts = [one.hostname for one in sites]
    names = {one.pk: one.hostname if hosts.count(one.hostname) == 1 else f"{one.hostname}:{one.port}" for one in sites}
    return {
        names[one.pk]: (homes[one.root_page_id], one.site_name or homes[one.root_page_id].title)
        for one in sites
        if one.root_page_id in homes
    }


def column_places() -> list[Place]:
    """All columns that stand on a site, in the order of the tree. Three statements."""
    homes = {home.path: (site, name) for site, (home, name) in site_homes().items()}
    found = ((column, homes.get(column.path[:-STEP])) for column in ColumnPage.objects.order_by("path"))
    return [Place(column, *site) for column, site in found if site]


def exportable_articles(actor: Actor) -> QuerySet[ArticlePage]:
    """Articles that the actor may take out: those they may change, and those that readers see."""
    return Desk(actor).shown_articles()


def exportable_columns(actor: Actor) -> QuerySet[ColumnPage]:
    """Columns that the actor may take out: those they may change, and those that readers see."""
    return Desk(actor).shown_columns()


def articles_meant(slugs: Collection[str], numbers: Collection[str], *, lock: bool = False) -> list[ArticlePage]:
    """Articles with one of these addresses or index numbers, in whatever column. One statement."""
    found = ArticlePage.objects.filter(Q(slug__in=slugs) | Q(index_number__in=numbers)).order_by("pk")
    return list(found.select_for_update(of=("page_ptr", "self")) if lock else found)


def numbers_noted(numbers: Collection[str]) -> dict[str, int]:
    """Which of these index numbers were given to an article that is still there: its number. One statement, or none."""
    if not numbers:
        return {}
    there = ArticlePage.objects.filter(pk=OuterRef("article"))
    found = IndexNumber.objects.filter(Exists(there), number__in=numbers)
    return dict(found.values_list("number", "article"))


def written_articles(pages: Sequence[ArticlePage], desk: Desk) -> list[Written]:
    """These articles as the desk sees them: latest versions of what it may change, what readers see of others.

    Five statements at most, however many they are.
    """
    editable = {page.pk: desk.may_change(page) for page in pages}
    drafts = [page.latest_revision_id for page in pages if editable[page.pk] and page.has_unpublished_changes]
    versions = {int(one.object_id): one.content for one in Revision.page_revisions.filter(pk__in=drafts) if one.content}
    strange = [pk for pk, mine in editable.items() if not mine]
    public = (
        set(published_articles(desk.actor).filter(pk__in=strange).values_list("pk", flat=True)) if strange else set()
    )
    busy = _under_review([page.pk for page in pages])
    wishes = _wishes([pk for pk, mine in editable.items() if mine])
    told = [(page, _told(page, versions.get(page.pk), wishes.get(page.pk, []))) for page in pages]
    pictures = pictures_by({values["image"] for _page, (values, _body) in told if values["image"]})
    return [
        Written(
            page=page,
            values=values,
            body=body,
            picture=pictures.get(values["image"]),
            editable=editable[page.pk],
            hidden=not editable[page.pk] and page.pk not in public,
            busy=page.locked or page.pk in busy,
        )
        for page, (values, body) in told
    ]


def pictures_by(numbers: Iterable[int]) -> dict[int, Picture]:
    """Pictures of the library by number. One statement."""
    wanted = [*numbers]
    found = get_image_model().objects.filter(pk__in=wanted) if wanted else []
    return {one.pk: picture_told(one) for one in found}


def picture_told(image: Any) -> Picture:
    """A picture as sheets know it."""
    return Picture(image.pk, PurePosixPath(image.file.name).name, tidy(image.description), image.file_hash)


def slug_of(title: str) -> str:
    """The address that a title makes."""
    return slugify(title, allow_unicode=True)[:LONGEST_SLUG].strip("-_")


def placed_slugs(pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Which of these addresses in columns an article from another site has: its number. One statement."""
    if not pairs:
        return {}
    found = Placement.objects.filter(
        state=PlacementState.PLACED,
        column__in={column for column, _slug in pairs},
        article__slug__in={slug for _column, slug in pairs},
    )
    return {(column, slug): pk for column, slug, pk in found.values_list("column", "article__slug", "article")}


def tidy(text: Any) -> str:
    """A line as a cell tells it."""
    return _WORDS.sub(" ", text or "").strip()


def _wishes(pages: Sequence[int]) -> dict[int, list[int]]:
    """In which columns of other sites readers are to find these articles: as they were last published."""
    found: dict[int, list[int]] = {}
    rows = ArticlePage.also_in.through.objects.filter(articlepage__in=pages) if pages else ()
    for row in rows:
        found.setdefault(row.articlepage_id, []).append(row.columnpage_id)
    return found


def _told(
    page: ArticlePage, content: Mapping[str, Any] | None, wishes: Sequence[int]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    values: dict[str, Any] = {"also_in": frozenset(wishes if content is None else content.get("also_in") or ())}
    for name in _TEXTS:
        value = getattr(page, name)
        if content is not None and name in content:
            field: Any = ArticlePage._meta.get_field(name)
            value = field.to_python(content[name])
        values[name] = tidy(value) if isinstance(value, str) else value
    values["slug"] = page.slug if content is None else content.get("slug", page.slug)
    values["field_values"] = page.field_values if content is None else content.get("field_values") or {}
    values["image"] = page.image_id if content is None else content.get("image")
    raw = page.body.raw_data if content is None or "body" not in content else json.loads(content["body"] or "[]")
    return values, [dict(block) for block in raw]


def _under_review(pages: Sequence[int]) -> set[int]:
    kind = ContentType.objects.get_for_model(ArticlePage)
    running = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, content_type=kind, object_id__in=[str(pk) for pk in pages]
    )
    return {int(pk) for pk in running.values_list("object_id", flat=True)}
