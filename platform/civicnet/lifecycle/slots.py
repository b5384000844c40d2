"""Slots: what plugins show in the named places of pages. Where one fails, a small notice stands, and the others are shown."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from civicnet.contract import Panel
from civicnet.contract.slots import SLOTS
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.labels import plugin_label

logger = logging.getLogger(__name__)
_SWITCHES = "civicnet_lifecycle.switch_plugin"
# Set at a request whose answer is good for this one time, by whoever finds out.
NEVER_KEPT = "civicnet_never_kept"


class UnknownSlot(LookupError):
    """A template names a slot that ``civicnet.contract.slots`` does not declare."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in a slot: the panels by their order, and the plugins that could not say what they show."""

    panels: tuple[Panel, ...]
    failed: tuple[str, ...]


def panels_in(slot: str, request: HttpRequest) -> Filling:
    """Ask every plugin that is on for its panels in a slot.

    Raises:
        UnknownSlot: the slot is not declared, and the load policy is strict; elsewhere it is logged, and nothing stands there.
    """
    if slot not in SLOTS:
        if settings.CIVICNET_LOAD_POLICY == "strict":
            raise UnknownSlot(f"{slot!r} is no slot; there are {', '.join(SLOTS)}")
        logger.error("a template names %r, which is no slot", slot)
        return Filling((), ())
    failed: list[str] = []
    answers = collect("panels", failed=failed, slot=slot, request=request)
    panels = sorted((panel for one in answers for panel in one.value), key=lambda panel: panel.order)
    return Filling(tuple(panels), tuple(failed))


def fill(slot: str, request: HttpRequest) -> SafeString:
    """The panels of a slot as HTML, and a notice for each plugin that failed."""
    filling = panels_in(slot, request)
    shown = [conditional_escape(panel.html) for panel in filling.panels]
    if filling.failed:
        # The next reader may find it whole.
        setattr(request, NEVER_KEPT, True)
        knows = _may_know(request)
        shown += [_notice(slug, knows) for slug in filling.failed]
    return format_html_join("\n", "{}", ((one,) for one in shown))


def _notice(slug: str, knows: bool) -> SafeString:
    if knows:
        words = _("The plugin %(plugin)s could not show its part here. The plugin screen says why.")
        return _said(words % {"plugin": plugin_label(slug)})
    return _said(_("A part of this page cannot be shown right now."))


def _said(words: str) -> SafeString:
    return format_html('<p class="slot-notice" role="note">{}</p>', words)


def _may_know(request: HttpRequest) -> bool:
    # A reader who is not signed in anywhere is not asked who they are: the answer stays the same for all of them.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return bool(request.user.has_perm(_SWITCHES))
