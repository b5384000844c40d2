"""What everybody may know of how a site is set up: its slogan and who issues what it discloses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from civicnet.gateway.content.site_settings import SiteSettings
from civicnet_publicity.models import HomePage


class PublicitySiteSettings(graphene.ObjectType):
    """What the home page of a site says of it."""

    class Meta:
        interfaces = (SiteSettings,)

    slogan = graphene.String(required=True)
    issuer_code = graphene.String(required=True, description="With which its index numbers begin; may be empty.")


def site_settings(sites: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """By the numbers of sites. One statement."""
    found = HomePage.objects.filter(sites_rooted_here__in=sites)
    return {row.pop("sites_rooted_here"): row for row in found.values("sites_rooted_here", "slogan", "issuer_code")}
