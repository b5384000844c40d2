"""The row of columns under the header of every public page."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Site

from civicnet.lifecycle.snapshot import current

register = template.Library()


@register.simple_tag(takes_context=True)
def site_columns(context: template.Context) -> list[dict[str, Any]]:
    """Title and address of each column of the site that is asked; none while publicity is off."""
    request = context.get("request")
    if request is None or not current().is_on("publicity"):
        return []
    from civicnet_publicity.addresses import relative
    from civicnet_publicity.presenting import columns_for

    site = Site.find_for_request(request)
    if site is None:
        return []
    return [{"id": one.id, "title": one.title, "url": relative(site, one)} for one in columns_for(request)]
