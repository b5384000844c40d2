"""What templates ask about plugins: whether one is on, and what they all show in a named place."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from civicnet.lifecycle.slots import fill
from civicnet.lifecycle.snapshot import current

register = template.Library()


@register.simple_tag
def plugin_on(slug: str) -> bool:
    """``{% plugin_on "hotline" as hotline %}``: whether the plugin is on in the request's picture."""
    return current().is_on(slug)


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str) -> SafeString:
    """``{% slot "home.services" %}``: the panels of plugins that are on; without a request, as in a mail, none."""
    request = context.get("request")
    return SafeString("") if request is None else fill(name, request)
