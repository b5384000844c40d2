"""Which policy an answer carries: pages of ours, Wagtail's admin, the explorer, or what is no page at all."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache
from typing import Any

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

BROKEN = 500


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp with a policy for each door, and the two headers that have no middleware of their own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers that the view did not set itself."""
        response.headers.setdefault("Permissions-Policy", settings.CIVICNET_PERMISSIONS_POLICY)
        answered: HttpResponseBase = super().process_response(request, response)
        return answered

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """What the view chose, else what its door has."""
        parts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only:
            parts.config = _of(request.path_info, response)
        if getattr(request, "is_preview", False):
            # A page as its readers will get it, but inside the editor's frame.
            parts.replace = {"frame-ancestors": [SELF]}
        return parts


def _of(path: str, response: HttpResponseBase) -> dict[str, Any] | None:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return settings.CIVICNET_BARE_POLICY
    if response.status_code == BROKEN:
        return _of_the_broken_page()
    if path.startswith("/admin/"):
        return settings.CIVICNET_ADMIN_POLICY
    return settings.CIVICNET_EXPLORER_POLICY if path == "/graphql/" else None


@cache
def _of_the_broken_page() -> dict[str, Any]:
    # Its styles stand in the page itself; only these very styles are let in.
    page = (settings.PACKAGE_DIR / "templates" / "500.html").read_text(encoding="utf-8")
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digests = [b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in styles]
    return settings.CIVICNET_BARE_POLICY | {"style-src": [f"'sha256-{one}'" for one in digests] or [NONE]}
