"""What the gateway holds of a plugin: its fields in the schema, and who called them lately."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.humanize.templatetags.humanize import naturalday
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civicnet.gateway.parts import parts
from civicnet.gateway.usage import Caller, callers
from civicnet.lifecycle.brought import told
from civicnet.lifecycle.consequences import Consequence


def consequences(slug: str, site_id: int | None) -> Iterator[Consequence]:
    """Root fields of the plugin, and the clients that called any of its fields within 30 days, on all sites together."""
    part = parts().get(slug)
    if part is None:
        return
    yield told("graphql", _("These GraphQL fields answer only while it is on."), sorted(part.fields))
    label = _("These clients called its GraphQL fields in the last 30 days.")
    yield told("callers", label, map(_in_words, callers(slug)), serious=True)


def _in_words(one: Caller) -> str:
    sentence = ngettext(
        "%(client)s: %(calls)d call, last %(day)s", "%(client)s: %(calls)d calls, last %(day)s", one.calls
    )
    return sentence % {"client": one.label, "calls": one.calls, "day": naturalday(one.last_day)}
