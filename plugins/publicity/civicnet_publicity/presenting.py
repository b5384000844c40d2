"""What the templates of the public pages are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Site

from civicnet.contract import ANONYMOUS
from civicnet.lifecycle.snapshot import plugin_settings
from civicnet_publicity.bodies import body_html
from civicnet_publicity.models import ColumnKind, Validity
from civicnet_publicity.selectors import columns, columns_at, latest, neighbours, published_articles, with_addresses
from civicnet_publicity.selectors.articles import NEWEST, ROW
from civicnet_publicity.selectors.columns import FIELDS, Column
from civicnet_publicity.selectors.linking import interpretations_of
from civicnet_publicity.typed_pages import fields_context, list_context

if TYPE_CHECKING:
    from civicnet_publicity.models import ArticlePage, ColumnPage, HomePage

NEWS = 6
SHORT = 5
IN_TOPIC = 3
TOPICS = 4
PICTURE = "width-960"


def home_context(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """The newest of each kind, and each special topic with its newest."""
    here = columns_for(request)
    by_kind: dict[str, list[Column]] = {}
    for column in here:
        by_kind.setdefault(column.kind, []).append(column)
    topics = by_kind.get("SPECIAL", [])[:TOPICS]
    wanted: dict[str, Any] = {
        "news": (by_kind.get("NEWS", []), NEWS),
        "notices": (by_kind.get("NOTICE", []), SHORT),
        "disclosed": (by_kind.get("DISCLOSURE", []), SHORT),
    }
    wanted |= {f"topic {column.id}": ([column], IN_TOPIC) for column in topics}
    found = latest(ANONYMOUS, wanted)
    headline = next(iter(found["news"]), None)
    return {
        "headline": headline,
        "headline_image": _image_of(headline),
        "news": found["news"][1:],
        "notices": found["notices"],
        "disclosed": found["disclosed"],
        "topics": [(column, found[f"topic {column.id}"]) for column in topics],
        "by_kind": by_kind,
    }


def column_context(page: ColumnPage, request: HttpRequest) -> dict[str, Any]:
    """One page of a column: its own articles and those placed in it."""
    column = _as_column(page)
    rows = published_articles(ANONYMOUS, in_columns=[column]).order_by(*NEWEST).values(*ROW, "field_values")
    articles = Paginator(rows, per_page()).get_page(request.GET.get("page"))
    articles.object_list = with_addresses(list(articles.object_list), [column])
    context = {"column": column, "column_type": page.get_kind_display(), "articles": articles}
    return context | list_context(column, articles.object_list)


def columns_for(request: HttpRequest) -> list[Column]:
    """The columns of the site that is asked; read once for a request, for its menu shows them too."""
    known: list[Column] | None = getattr(request, "_civicnet_columns", None)
    if known is None:
        site = Site.find_for_request(request)
        known = columns(site) if site else []
        request._civicnet_columns = known  # type: ignore[attr-defined]
    return known


def per_page() -> int:
    """How many articles a list holds on one page, as the reader's site has it."""
    return int(plugin_settings("publicity")["articles_per_page"])


def article_context(page: ArticlePage, request: HttpRequest, column: ColumnPage | None) -> dict[str, Any]:
    """An article in the column through which the reader came; ``canonical`` is its one home address."""
    above = page.path[: -page.steplen]
    here = next((one for one in columns_for(request) if one.path == above), None)
    # Above an article that is placed here stands a column of another site.
    home = here or next(iter(columns_at([above]).values()), None)
    standing = _as_column(column) if column is not None else home
    older, newer = neighbours(ANONYMOUS, page, standing) if standing else (None, None)
    return {
        "column": standing,
        "column_type": ColumnKind(standing.kind).label if standing else "",
        "picture": page.image.get_rendition(PICTURE) if page.image else None,
        "home_column": home,
        "canonical": page.full_url,
        # As people read it: an address made of a Chinese title is not legible in its escaped form.
        "readable_address": unquote(page.full_url or ""),
        "placed": standing is not None and home is not None and standing.id != home.id,
        "body_html": body_html([page.body])[0],
        "older": older,
        "newer": newer,
        "disclosed": bool(page.index_number),
        **fields_context(page, home),
        "validity": Validity(holds).label if (holds := page.validity_on(timezone.localdate())) else "",
        "related": interpretations_of(page.pk),
    }


def _image_of(row: dict[str, Any] | None) -> Any:
    return get_image_model().objects.filter(pk=row["image"]).first() if row and row["image"] else None


def _as_column(page: ColumnPage) -> Column:
    return Column(**{name: getattr(page, name) for name in FIELDS})
