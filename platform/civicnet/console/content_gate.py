"""The gate before Wagtail's screens of pages and files: for whose posts write, review or set up sites, and for nobody else.

Some of these screens ask for no more than admission to the administration: the API behind choosers, the chooser of pages, the
question before a move. A dispatcher has that admission too, and no business with drafts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.documents.permissions import permission_policy as documents
from wagtail.images.permissions import permission_policy as images
from wagtail.models import AbstractGroupApprovalTask
from wagtail.permission_policies.pages import PagePermissionPolicy

from civicnet.console.unloaded_pages import leave_alone

_CONTENT = re.compile(
    r"wagtailadmin_(pages:|api:|choose_page|explore|reports:|tag_|block_preview|editing_sessions:)"
    r"|wagtail_bulk_action|wagtail(images|docs|images_chooser|docs_chooser|embeds|snippets):"
)
# Fails on purpose, to show Wagtail's page for errors.
_TRIAL = "wagtailadmin_error_test"
_ADMISSION = "wagtailadmin.access_admin"
_PAGE_ACTS = {"add", "change", "publish", "bulk_delete", "lock", "unlock"}
_FILE_ACTS = {"add", "change", "delete", "choose"}


class ContentGateMiddleware:
    """Stands after the session, and asks at content screens only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing on the way in or out."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse those whose post has nothing to do here, and everybody where nothing could open the page."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name == _TRIAL:
            raise Http404
        # Who has no admission at all is Wagtail's to send away.
        if not _CONTENT.match(name) or not request.user.has_perm(_ADMISSION):
            return None
        if not works_with_content(request.user):
            raise PermissionDenied
        return leave_alone(request, name, kwargs)


def works_with_content(user: Any) -> bool:
    """Whether somebody writes or reviews pages, keeps files, or chooses the home pages of sites."""
    return (
        PagePermissionPolicy().user_has_any_permission(user, _PAGE_ACTS)
        or any(policy.user_has_any_permission(user, _FILE_ACTS) for policy in (images, documents))
        or any(user.has_perm(f"wagtailcore.{act}_site") for act in ("add", "change"))
        or any(
            model.objects.filter(active=True, groups__in=user.groups.all()).exists()
            for model in AbstractGroupApprovalTask.__subclasses__()
        )
    )
