"""What fields that ask for an organisation are offered while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from civicnet.access.actors import actor_of
from civicnet.access.organisation_selectors import VIEW, lines_of, open_on_day, search, visible_organisations

MOST = 12


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Organisations that match ``q``, of those over which the person holds ``permission``; none without it."""
    permission = request.GET.get("permission") or VIEW
    rows = open_on_day(visible_organisations(actor_of(request), permission))
    found = search(rows, request.GET.get("q", "")[:100], most=MOST)
    lines = lines_of(found)
    offered = [
        {"code": one.code, "name": one.name, "above": " · ".join(above.name for above in lines[one.pk])}
        for one in found
    ]
    return JsonResponse({"organisations": offered})
