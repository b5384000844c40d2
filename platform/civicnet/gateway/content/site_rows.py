"""Sites as everybody may know them, with the menus that their pages make: a statement for all sites, one for all menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length, Substr
from django.utils.translation import get_language_info
from wagtail.models import Page, Site, get_page_models

from civicnet.gateway.content.addresses import Homes
from civicnet.gateway.content.links import link_to
from civicnet.gateway.content.tree_paths import STEP, range_below
from civicnet.gateway.content.visible import readable
from civicnet.lifecycle.owners import rests
from civicnet.lifecycle.sites import sites_called

# How deep menus go below the home page.
DEEPEST = 3


def site_rows() -> list[dict[str, Any]]:
    """All sites whose home page anybody may read. One statement."""
    homes = Page.objects.filter(readable(), pk=OuterRef("root_page"))
    found = Site.objects.filter(Exists(homes)).order_by("pk")
    columns = ("pk", "hostname", "port", "site_name", "is_default_site")
    home = {"path": F("root_page__path"), "depth": F("root_page__depth"), "key": F("root_page__translation_key")}
    rows = found.values(*columns, code=F("root_page__locale__language_code"), **home)
    return [_told(row) for row in rows]


def chosen(rows: Sequence[dict[str, Any]], host: str | None, here: int | None) -> dict[str, Any] | None:
    """The site of a host, given with or without its port, or the one of this request; None where there is none or several."""
    if host is None:
        return next((row for row in rows if row["pk"] == here), None)
    meant = sites_called(host, {row["pk"]: row["host"] for row in rows})
    return next((row for row in rows if [row["pk"]] == meant), None)


def put_locales(rows: Sequence[dict[str, Any]]) -> None:
    """Add the languages in which there is a home page to be read. One statement."""
    keys = {row["key"] for row in rows}
    pages = Page.objects.filter(readable(), translation_key__in=keys).order_by("locale")
    found = list(pages.values_list("translation_key", "locale__language_code"))
    for row in rows:
        row["locales"] = [_locale(code) for key, code in found if key == row["key"]]


def put_menus(rows: Sequence[dict[str, Any]], levels: int) -> None:
    """Add to each site the pages that editors want in menus, as a tree of so many levels. One statement.

    A page stands below its parent; where the parent is in no menu, what is below it is in none.
    """
    below = Q(pk__in=())
    for row in rows:
        below |= Q(path__range=range_below(row["path"], levels=levels), depth__lte=row["depth"] + levels)
    pages = Page.objects.filter(below, readable(), served(), show_in_menus=True).order_by("path")
    children: dict[str, list[dict[str, Any]]] = {row["path"]: [] for row in rows}
    homes = Homes()
    for page in pages.values("id", "path", "title", "url_path", "content_type"):
        siblings = children.get(page["path"][:-STEP])
        if siblings is not None and (link := link_to(page, homes)):
            own = children[page["path"]] = []
            siblings.append(link | {"children": own})
    for row in rows:
        row["menu"] = children[row["path"]]


def cut(entries: Sequence[dict[str, Any]], levels: int) -> list[dict[str, Any]]:
    """The upper levels of a menu."""
    return [one | {"children": cut(one["children"], levels - 1) if levels > 1 else []} for one in entries]


def served() -> Q:
    """The condition for pages that have an address: of kinds that are loaded and on, below the home page of a site."""
    awake = [model for model in get_page_models() if not rests(model.__module__)]
    types = ContentType.objects.get_for_models(*awake, for_concrete_models=False).values()
    roots = Site.objects.annotate(top=F("root_page__path")).filter(top=Substr(OuterRef("path"), 1, Length("top")))
    return Q(Exists(roots), content_type__in=[one.pk for one in types])


def _told(row: dict[str, Any]) -> dict[str, Any]:
    hostname, port = row["hostname"], row["port"]
    return row | {
        "host": hostname if port == 80 else f"{hostname}:{port}",
        "name": row["site_name"] or hostname,
        "root_url": Site(hostname=hostname, port=port).root_url,
        "is_default": row["is_default_site"],
        "locale": _locale(row["code"]),
    }


def _locale(code: str) -> dict[str, str]:
    try:
        return {"code": code, "name": get_language_info(code)["name_local"]}
    except KeyError:
        return {"code": code, "name": code}
