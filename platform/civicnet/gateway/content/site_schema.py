"""``site``, ``sites``, ``redirect`` and ``redirects``: what a portal needs of a site around its content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import graphene
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

from civicnet.contract import InvalidInput, NotFound
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.content.redirects import COLUMNS, complete, redirect_at, redirects_of
from civicnet.gateway.content.site_rows import DEEPEST, chosen, cut, put_locales, put_menus, site_rows
from civicnet.gateway.content.site_settings import SiteSettings, put_settings
from civicnet.gateway.prices import priced
from civicnet.gateway.selection import Selection, selection_of


class SiteLocale(graphene.ObjectType):
    """A language of a site."""

    code = graphene.String(required=True)
    name = graphene.String(required=True, description="In the language itself.")


class SiteMenuEntry(graphene.ObjectType):
    """A page in a menu."""

    title = graphene.String(required=True)
    url = graphene.String(required=True)
    node_id = graphene.ID(description="By which `node` and `nodes` tell the page, where its kind is in this schema.")
    children = graphene.List(graphene.NonNull(lambda: SiteMenuEntry), required=True)


class Site(graphene.ObjectType):
    """A public site."""

    host = graphene.String(required=True, description="With its port, unless that is 80.")
    name = graphene.String(required=True)
    root_url = graphene.String(required=True)
    is_default = graphene.Boolean(required=True, description="Whether it answers for hosts that no site has.")
    locale = graphene.Field(SiteLocale, required=True)
    locales = graphene.List(graphene.NonNull(SiteLocale), required=True, description="In which it has a home page.")
    navigation = graphene.List(
        graphene.NonNull(SiteMenuEntry),
        required=True,
        depth=graphene.Int(default_value=1, description="How many levels below the home page: 1 to 3."),
        description="The pages that editors want in menus, in their order.",
    )
    settings = graphene.List(
        graphene.NonNull(SiteSettings), required=True, description="What everybody may know of how it is set up."
    )

    @staticmethod
    def resolve_navigation(row: Any, info: GraphQLResolveInfo, depth: int | None) -> list[dict[str, Any]]:
        """So many levels of what was read for all sites at once."""
        if depth is None or not 1 <= depth <= DEEPEST:
            raise InvalidInput(_("Ask for 1 to %(most)d levels.") % {"most": DEEPEST}, field="depth")
        return cut(row["menu"], depth)


class SiteRedirect(graphene.ObjectType):
    """An old address and the one that stands for it now."""

    path = graphene.String(required=True, description="The old address on its site, without a slash at its end.")
    target = graphene.String(required=True, description="The whole address to which it leads.")
    permanent = graphene.Boolean(required=True)

    @staticmethod
    def resolve_path(row: Any, info: GraphQLResolveInfo) -> str:
        """As Wagtail keeps it."""
        return str(row["old_path"])

    @staticmethod
    def resolve_permanent(row: Any, info: GraphQLResolveInfo) -> bool:
        """Whether the old address need not be asked for again."""
        return bool(row["is_permanent"])


class SitesQuery:
    """Root fields about sites. ``site`` and ``host`` are a host, with its port if need be; left out, the site that is asked."""

    site = graphene.Field(
        Site, host=graphene.String(), description="Null where there is none that everybody may know of."
    )
    sites = priced(graphene.List(graphene.NonNull(Site), required=True), rows=10)
    redirect = graphene.Field(
        SiteRedirect,
        path=graphene.String(required=True),
        site=graphene.String(),
        description="Where a reader of this path is led; null where it is no old address.",
    )
    redirects = ConnectionField(
        SiteRedirect,
        site=graphene.String(),
        description="All old addresses of a site that lead elsewhere or to what everybody may read.",
    )

    @staticmethod
    def resolve_site(root: Any, info: GraphQLResolveInfo, host: str | None = None) -> dict[str, Any] | None:
        """One site."""
        row = chosen(site_rows(), host, info.context.snapshot.site_id)
        return _completed([row], info)[0] if row else None

    @staticmethod
    def resolve_sites(root: Any, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """All sites, the oldest first."""
        return _completed(site_rows(), info)

    @staticmethod
    def resolve_redirect(
        root: Any, info: GraphQLResolveInfo, path: str, site: str | None = None
    ) -> dict[str, Any] | None:
        """The redirect that holds for a path on a site."""
        where = _site(info, site)
        row = redirect_at(where["pk"], path)
        if row is not None:
            complete([row], where["root_url"])
        return row

    @staticmethod
    def resolve_redirects(root: Any, info: GraphQLResolveInfo, site: str | None = None, **page: Any) -> Page:
        """The oldest first."""
        where = _site(info, site)
        found = paginate(redirects_of(where["pk"]), columns=COLUMNS, order=("id",), **page)
        complete(found.rows, where["root_url"])
        return found


def _site(info: GraphQLResolveInfo, host: str | None) -> dict[str, Any]:
    row = chosen(site_rows(), host, info.context.snapshot.site_id)
    if row is None:
        raise NotFound(_("There is no site of this host."), field="site")
    return row


def _completed(rows: list[dict[str, Any]], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
    asked = selection_of(info)
    if asked.asks("locales"):
        put_locales(rows)
    if asked.asks("navigation"):
        put_menus(rows, _levels(asked))
    if asked.asks("settings"):
        put_settings(rows, info.context.composed.site_settings)
    return rows


def _levels(asked: Selection) -> int:
    depths: Sequence[int] = [call.arguments.get("depth") or 1 for call in asked.calls("navigation")]
    return min(max(depths, default=1), DEEPEST)
