"""Who works with pages: writes, reviews or publishes anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.permissions import page_permission_policy


def works_with_pages(user: Any) -> bool:
    """Whether a person writes, reviews or publishes anything."""
    return bool(page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"}))


class PageWorkMenuItem(MenuItem):
    """Shown to those who work with pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Nobody else has anything to do there."""
        return works_with_pages(request.user)
