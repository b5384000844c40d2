"""Documents of the website as browsers get them: saved, never shown in our name, and in a sandbox if shown all the same."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from wagtail.documents.views import serve

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def document(request: HttpRequest, *where: Any) -> HttpResponseBase:
    """Wagtail's own view, which asks who may read the collection; with stricter headers."""
    answer: HttpResponseBase = serve.serve(request, *where)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


urlpatterns = [
    re_path(r"^(\d+)/(.*)$", document, name="wagtaildocs_serve"),
    path(
        "authenticate_with_password/<int:restriction_id>/",
        serve.authenticate_with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
]
