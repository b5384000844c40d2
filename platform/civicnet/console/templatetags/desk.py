"""The bottom bar of the desk."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from civicnet.console.desk import tabs

register = template.Library()


@register.inclusion_tag("console/desk_bar.html", takes_context=True)
def desk_bar(context: template.Context) -> dict[str, Any]:
    """Tabs of the plugins that are on, the current one marked."""
    here = context["request"].path
    return {
        "tabs": [
            {
                "label": tab.label,
                "icon": tab.icon,
                "url": (url := reverse(tab.view_name)),
                "current": here.startswith(url),
            }
            for tab in tabs()
        ]
    }
