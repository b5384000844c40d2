"""The reader's choice of display: senior mode, kept in a cookie that says nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from civicnet_site.themes import SENIOR_COOKIE

YEAR = 365 * 24 * 3600


# Without a token, so that public pages set no cookie until somebody chooses; all that could be forged is a larger font.
@csrf_exempt
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Switch senior mode on or off and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.POST.get("senior") == "1":
        response.set_cookie(SENIOR_COOKIE, "1", max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(SENIOR_COOKIE)
    return response
