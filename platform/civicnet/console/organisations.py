"""The tree of organisations in Wagtail's admin: opened level by level, searched, and changed with a day and a reason."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet

from civicnet.console.organisation_suggestions import suggest


class OrganisationViewSet(ViewSet):
    """Organisations as part of Wagtail's admin."""

    url_namespace = "organisations"
    url_prefix = "organisations"
    icon = "site"
    menu_label = gettext_lazy("Organisations")
    menu_order = 720

    @property
    def menu_url(self) -> str:
        """Where the menu item leads."""
        return reverse("organisations:index")

    def get_urlpatterns(self) -> list[Any]:
        """The tree, one page per organisation, and what fields are offered."""
        return [path("suggest/", suggest, name="suggest")]
