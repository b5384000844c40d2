"""What a plugin's switch moves in the schema, and who called that lately."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.humanize.templatetags.humanize import naturalday
from django.utils.translation import gettext_lazy, ngettext

from civicnet.gateway.parts import parts
from civicnet.gateway.usage import Caller, callers
from civicnet.lifecycle.consequences import Consequence

_NAMED = 12


def in_the_schema(slug: str, site_id: int | None) -> Iterator[Consequence]:
    """Root fields of the plugin, and the clients that called any of its fields within 30 days. Counts are of all sites."""
    part = parts().get(slug)
    if part is None:
        return
    fields = sorted(part.fields)
    yield Consequence("graphql", gettext_lazy("GraphQL root fields"), tuple(fields[:_NAMED]), len(fields))
    found = callers(slug)
    told = tuple(map(_told, found[:_NAMED]))
    label = gettext_lazy("Clients that called its GraphQL fields in the last 30 days")
    yield Consequence("callers", label, told, len(found), serious=True)


def _told(one: Caller) -> str:
    sentence = ngettext(
        "%(client)s: %(calls)d call, last %(day)s", "%(client)s: %(calls)d calls, last %(day)s", one.calls
    )
    return sentence % {"client": one.label, "calls": one.calls, "day": naturalday(one.last_day)}
