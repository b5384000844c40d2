"""Pages whose plugin is not loaded: they stand in the explorer, and Wagtail has no screen that could open or move them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.models import Page

# Wagtail's screens that fail for want of the page's model, or would take rows away that its plugin still has a say in.
_ACTS = re.compile(
    r"wagtailadmin_pages:(edit|preview_on_edit|delete|move|move_confirm|copy|convert_alias|revisions_revert|view_draft)$"
    r"|wagtail_bulk_action$"
)


def leave_alone(request: HttpRequest, name: str, kwargs: Mapping[str, Any]) -> HttpResponse | None:
    """Back to the explorer with a sentence, where somebody is about to work on such a page; otherwise nothing."""
    if not _ACTS.match(name):
        return None
    for page in Page.objects.filter(pk__in=_meant(name, request, kwargs)):
        if page.specific_class is None:
            # Without its title: who may see this page has not been asked yet.
            messages.warning(
                request,
                _(
                    "This page belongs to a plugin that is not loaded. Nothing of it is lost; it opens again with the plugin."
                ),
            )
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


def _meant(name: str, request: HttpRequest, kwargs: Mapping[str, Any]) -> list[int]:
    if name != "wagtail_bulk_action":
        return [kwargs[key] for key in ("page_id", "page_to_move_id") if key in kwargs]
    if (kwargs["app_label"], kwargs["model_name"]) != ("wagtailcore", "page"):
        return []
    return [int(pk) for pk in request.GET.getlist("id") if pk.isascii() and pk.isdigit()]
