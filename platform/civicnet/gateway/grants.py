"""What the gateway lets roles hold: documents, looking through the schema where that is not for all, and purging."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from civicnet.access.grants import Grant, offer
from civicnet.gateway.cache.purging import PERMISSION as PURGE
from civicnet.gateway.introspection import PERMISSION
from civicnet.gateway.trusted.selectors import CHANGE, VIEW


def offer_grants() -> None:
    """Put them on the shelf of the open interface; called when the app is ready."""
    offer(
        "clients",
        gettext_lazy("Open interface"),
        [
            Grant(VIEW, gettext_lazy("See registered GraphQL documents"), wide=True),
            Grant(CHANGE, gettext_lazy("Register and end GraphQL documents"), wide=True),
            Grant(PERMISSION, gettext_lazy("Look through the whole GraphQL schema")),
            Grant(PURGE, gettext_lazy("Purge kept answers, here and in caches in front"), wide=True),
        ],
    )
