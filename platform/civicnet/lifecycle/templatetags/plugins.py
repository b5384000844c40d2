"""Whether a plugin is on, for templates that offer a way to it."""

from __future__ import annotations

from django import template

from civicnet.lifecycle.snapshot import current

register = template.Library()


@register.simple_tag
def plugin_on(slug: str) -> bool:
    """``{% plugin_on "hotline" as hotline %}``: whether the plugin is on in the request's picture."""
    return current().is_on(slug)
