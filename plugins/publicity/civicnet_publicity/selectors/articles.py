"""Articles that can be read: at home, and where they are placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from wagtail.models import Site

from civicnet.contract import Actor
from civicnet.gateway.statements import Rows, Values, statement
from civicnet_publicity.addresses import on_site
from civicnet_publicity.models import ArticlePage, ColumnPage, Placement, PlacementState
from civicnet_publicity.selectors.public import STEP, Above, range_below, readable

if TYPE_CHECKING:
    from civicnet_publicity.selectors.columns import Column

# So many columns are looked through one by one for the newest; more are sorted together.
_FEW = 16
NEWEST = ("-first_published_at", "-id")
ROW = ("id", "path", "slug", "title", "summary", "image", "first_published_at")


def published_articles(
    actor: Actor, site: Site | None = None, *, in_columns: Sequence[Column] | None = None
) -> QuerySet[Any]:
    """Articles that readers can see, each once: on one site or all, in some columns or all.

    Drafts stay in the editor: publishing is the same for everybody, so the actor changes nothing here yet.
    """
    return article_rows(actor, site, in_columns=in_columns).queryset()


def article_rows(actor: Actor, site: Site | None = None, *, in_columns: Sequence[Column] | None = None) -> Rows:
    """The same articles, read by statements that are built once."""
    if in_columns is not None:
        chosen = _IN_COLUMNS if len(in_columns) <= _FEW else _IN_MANY_COLUMNS
        return chosen.rows(columns=[column.id for column in in_columns], paths=[column.path for column in in_columns])
    if site is not None:
        start, end = range_below(site.root_page.path, levels=2)
        return _ON_SITE.rows(site=site.pk, start=start, end=end)
    return _ANYWHERE.rows()


def article_by(actor: Actor, **which: Any) -> Rows:
    """Those of the articles that have this ``pk`` or ``slug``."""
    (name, value) = next(iter(which.items()))
    return _BY[name].rows(value=value)


def articles_among(actor: Actor, pks: Sequence[int]) -> Rows:
    """Those of the articles that have one of these numbers."""
    return _AMONG.rows(pks=list(pks))


def latest(actor: Actor, wanted: Mapping[str, tuple[Sequence[Column], int]]) -> dict[str, list[dict[str, Any]]]:
    """The newest rows for several groups of columns of one site; two statements, however many groups there are."""
    tops = [top for group, most in wanted.values() if group for top in _tops(group, NEWEST, most)]
    # The newest of all groups together; of each group they hold at least its own.
    found = {row["id"]: row for row in _read(tops, *ROW)}
    rows = sorted(found.values(), key=lambda row: (row["first_published_at"], row["id"]), reverse=True)
    everything = {column.id: column for group, _most in wanted.values() for column in group}
    by_path = {column.path: column.id for column in everything.values()}
    placed = _placed().filter(article__in=[row["id"] for row in rows], column__in=everything)
    standing = {row["id"]: [own] if (own := by_path.get(row["path"][:-STEP])) else [] for row in rows}
    for article, column in placed.order_by("pk").values_list("article", "column"):
        standing[article].append(column)
    return {name: _newest_in(rows, standing, group, most) for name, (group, most) in wanted.items()}


def _newest_in(
    rows: Sequence[dict[str, Any]], standing: Mapping[int, Sequence[int]], group: Sequence[Column], most: int
) -> list[dict[str, Any]]:
    here = {column.id: column for column in group}
    found = [
        row | {"column": here[at]} for row in rows if (at := next((c for c in standing[row["id"]] if c in here), 0))
    ]
    return found[:most]


def with_addresses(rows: Sequence[dict[str, Any]], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Add to each row the column of this site in which it stands; at most one statement.

    A row that stands in none of them, because its column was taken down, is left out.
    """
    by_path = {column.path: column for column in columns}
    by_id = {column.id: column for column in columns}
    strangers = [row["id"] for row in rows if row["path"][:-STEP] not in by_path]
    placed = _placed().filter(article__in=strangers, column__in=by_id) if strangers else Placement.objects.none()
    where = {article: by_id[column] for article, column in placed.values_list("article", "column")}
    for row in rows:
        row["column"] = by_path.get(row["path"][:-STEP]) or where.get(row["id"])
    return [row for row in rows if row["column"] is not None]


def article_in(column: ColumnPage, slug: str) -> ArticlePage | None:
    """The published article of this slug that lives in a column, with its picture; whoever shows it looks at restrictions."""
    own = ArticlePage.objects.child_of(column).filter(slug=slug, live=True)
    return own.select_related("image").first()  # type: ignore[no-any-return]


def placed_article(column: ColumnPage, slug: str) -> ArticlePage | None:
    """The article that is placed in this column under this slug, if readers may see both, with its picture."""
    placed = _placed().filter(column=column).values("article")
    return ArticlePage.objects.filter(readable(), slug=slug, pk__in=placed).select_related("image").first()


def placements_of(articles: Iterable[int], *, withdrawn: bool = False) -> dict[int, list[dict[str, Any]]]:
    """Placements by article, with their addresses; the withdrawn ones only when asked for. One statement."""
    ids = list(articles)
    found = (Placement.objects.all() if withdrawn else _placed()).filter(article__in=ids)
    by_article: dict[int, list[dict[str, Any]]] = {pk: [] for pk in ids}
    for row in found.order_by("pk").values("article", "site", "column", "state", "url_path", "placed_at"):
        by_article[row["article"]].append(row | {"url": on_site(row["site"], row["url_path"])})
    return by_article


def neighbours(actor: Actor, article: ArticlePage, column: Column) -> tuple[Any, Any]:
    """The articles before and after this one in a column: older, newer. One statement."""
    at, pk = article.first_published_at, article.pk
    if at is None:
        return None, None
    older = Q(first_published_at__lt=at) | Q(first_published_at=at, pk__lt=pk)
    newer = Q(first_published_at__gt=at) | Q(first_published_at=at, pk__gt=pk)
    tops = [*_tops([column], NEWEST, 1, older), *_tops([column], ("first_published_at", "id"), 1, newer)]
    rows = _read(tops, "id", "slug", "title", "first_published_at")
    rows.sort(key=lambda row: (row["first_published_at"], row["id"]))
    before = [row for row in rows if (row["first_published_at"], row["id"]) < (at, pk)]
    return (before[-1] if before else None), (rows[len(before)] if len(before) < len(rows) else None)


def _tops(columns: Sequence[Column], order: Sequence[str], most: int, which: Q | None = None) -> list[QuerySet[Any]]:
    """The first articles of each column, and of those that are placed in any of them: each is read along its own index."""
    built = _IN_COLUMNS.build({"columns": [one.id for one in columns], "paths": [one.path for one in columns]})
    return [one.filter(which or Q()).order_by(*order).values("pk")[:most] for one in built]


def _read(tops: Sequence[QuerySet[Any]], *names: str) -> list[dict[str, Any]]:
    """Rows of all these together, some of them more than once. One statement, and none for nothing."""
    each = [ArticlePage.objects.filter(pk__in=top).order_by().values(*names) for top in tops]
    return list(each[0].union(*each[1:], all=True)) if each else []


def _placed() -> QuerySet[Placement]:
    # A column may have become private or been taken down since: then nobody finds the article there.
    shown = ColumnPage.objects.filter(readable())
    return Placement.objects.filter(state=PlacementState.PLACED, column__in=shown.values("pk"))


@statement("publicity.articles", ArticlePage)
def _ANYWHERE(values: Values) -> QuerySet[Any]:  # noqa: N802 — a statement is a constant
    return _published()


@statement("publicity.articles on a site", ArticlePage)
def _ON_SITE(values: Values) -> QuerySet[Any]:  # noqa: N802
    here = Q(pk__in=_placed().filter(site=values["site"]).values("article"))
    return _published().filter(Q(path__range=(values["start"], values["end"])) | here)


@statement("publicity.articles in columns", ArticlePage)
def _IN_COLUMNS(values: Values) -> list[QuerySet[Any]]:  # noqa: N802
    # One query each: the newest of a column are found by its own index, be it the largest or the smallest.
    own = [_published().alias(above=Above(F("path"))).filter(above=path) for path in values["paths"]]
    placed = _placed().filter(column__id__in=values["columns"])
    return [*own, _published().filter(pk__in=placed.values("article"))]


@statement("publicity.articles in many columns", ArticlePage)
def _IN_MANY_COLUMNS(values: Values) -> list[QuerySet[Any]]:  # noqa: N802
    placed = _placed().filter(column__id__in=values["columns"])
    own = _published().alias(above=Above(F("path"))).filter(above__in=values["paths"])
    return [own, _published().filter(pk__in=placed.values("article"))]


@statement("publicity.article by key", ArticlePage)
def _by_key(values: Values) -> QuerySet[Any]:
    return _published().filter(pk=values["value"])


@statement("publicity.articles by key", ArticlePage)
def _AMONG(values: Values) -> QuerySet[Any]:  # noqa: N802
    return _published().filter(id__in=values["pks"])


@statement("publicity.article by slug", ArticlePage)
def _by_slug(values: Values) -> QuerySet[Any]:
    return _published().filter(slug=values["value"])


_BY = {"pk": _by_key, "slug": _by_slug}


def _published() -> QuerySet[Any]:
    found: QuerySet[Any] = ArticlePage.objects.filter(readable(), first_published_at__isnull=False)
    return found
