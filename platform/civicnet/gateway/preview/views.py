"""From the editor to the portal: a new token at each opening, so that no page of the editor carries one."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from wagtail.models import Page

from civicnet.contract import Refused
from civicnet.gateway.preview.errors import NoPreview
from civicnet.gateway.preview.portals import drafts_of, previewed_at
from civicnet.gateway.preview.services import preview_by_editor


@require_safe
def open_preview(request: HttpRequest, page_id: int) -> HttpResponse:
    """To the portal with a token for the latest saved text; back to the editor with a sentence where that cannot be."""
    page = get_object_or_404(Page, pk=page_id).specific
    try:
        token = preview_by_editor(drafts_of(page), page, request.user)  # type: ignore[arg-type]
        address = previewed_at(page)
        if address is None:
            raise NoPreview
    except Refused as error:
        # As where there is no such page: who may not edit it need not know of it.
        raise Http404 from error
    except NoPreview as error:
        messages.error(request, str(error))
        return redirect("wagtailadmin_pages:edit", page.pk)
    answer = redirect(address.replace("{token}", quote(token, safe="")))
    answer["Referrer-Policy"] = "no-referrer"
    return answer
