"""What the console holds of a plugin: entries of the menu, and tabs of the workers' desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet.lifecycle.brought import brought, told
from civicnet.lifecycle.consequences import Consequence


def consequences(slug: str, site_id: int | None) -> Iterator[Consequence]:
    """Screens by their name in the menu, and tabs by theirs."""
    screens = [screen.menu_label for screen in brought(slug, "admin_viewsets")]
    yield told("screens", _("These stand in the menu of this administration only while it is on."), screens)
    tabs = [tab.label for tab in brought(slug, "desk_tabs")]
    yield told("desk", _("These stand on the workers' desk only while it is on."), tabs)
