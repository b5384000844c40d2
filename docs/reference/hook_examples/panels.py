"""A line in one place of a page; of places it does not know, the plugin says nothing."""

from civicnet.contract import Panel, hookimpl
from django.http import HttpRequest
from django.utils.html import format_html


@hookimpl
def panels(slot: str, request: HttpRequest) -> list[Panel]:
    if slot != "example.slot":
        return []
    return [Panel(format_html("<p>{}</p>", "今天开放"), order=50)]
