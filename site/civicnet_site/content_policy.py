"""Which policy an answer carries: pages of ours, Wagtail's admin, the explorer, or what is no page at all."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache, lru_cache
from typing import Any, NamedTuple

from csp.constants import HEADER, NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

BROKEN = 500


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp with a policy for each door, and the two headers that have no middleware of their own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers that the view did not set itself."""
        response.headers.setdefault("Permissions-Policy", settings.CIVICNET_PERMISSIONS_POLICY)
        if _is_plain(request, response):
            response.headers.setdefault(HEADER, _bare(_Same(settings.CIVICNET_BARE_POLICY)))
            return response
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


class _Same(NamedTuple):
    # Settings are hashed by what they are, not by what is in them.
    policy: dict[str, Any]

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.policy is other.policy


@lru_cache(maxsize=4)
def _bare(same: _Same) -> str:
    return str(build_policy(config=same.policy))


def _is_plain(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether it is no page, and nobody chose anything for it: then the policy is always the same text."""
    return (
        not response.headers.get("Content-Type", "").startswith("text/html")
        and not settings.DEBUG
        and getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None) is None
        and "EXCLUDE_URL_PREFIXES" not in settings.CONTENT_SECURITY_POLICY
        and not getattr(request, "is_preview", False)
        and not any(name.startswith("_csp") for name in response.__dict__)
    )


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
