"""The imprint over GraphQL: what the foot of a site says of who runs it, for portals that have a foot of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from civicnet.gateway.content.site_settings import SiteSettings
from civicnet_site.models import SiteTheme

_COLUMNS = ("site_name", "organiser", "contact", "site_id_code", "icp_number", "police_number", "accessibility")


class SiteImprint(graphene.ObjectType):
    """Who runs a site, and the numbers by which it is registered; empty where nobody has written any."""

    class Meta:
        interfaces = (SiteSettings,)

    site_name = graphene.String(required=True)
    organiser = graphene.String(required=True)
    contact = graphene.String(required=True)
    site_id_code = graphene.String(required=True)
    icp_number = graphene.String(required=True)
    police_number = graphene.String(required=True)
    accessibility = graphene.String(required=True, description="The statement on accessibility.")


def imprints(sites: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """By the numbers of sites. One statement."""
    return {row.pop("site"): row for row in SiteTheme.objects.filter(site__in=sites).values("site", *_COLUMNS)}
