"""The token endpoint: number and secret for a token of a quarter of an hour."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.views import TokenView as ToolkitTokenView

from civicnet.access.keys import KeyRefused
from civicnet.access.oauth import TooManyTokens
from civicnet.access.refusals import refused
from civicnet.contract import CivicNetError
from civicnet.contract.addresses import client_address


class TokenView(ToolkitTokenView):
    """RFC 6749's token endpoint for one grant. Refusals are told alike, with the platform's own code beside the RFC's."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A token, or one of the RFC's errors."""
        if not settings.CIVICNET_OAUTH2:
            raise Http404
        # Not the toolkit's own post(): that one also serves devices, past the server that knows one grant only.
        try:
            answer: HttpResponse = self.authorization_flow_token_response(request)
        except TooManyTokens as error:
            return _refusal(error)
        except RequestDataTooBig:
            return JsonResponse({"error": "invalid_request", "code": "TOO_LARGE"}, status=413)
        # The toolkit leaves it out of some refusals, and they would be sent as pages.
        answer.headers["Content-Type"] = "application/json"
        if answer.status_code != 401:
            return answer
        return _refusal(refused(client_address(request), KeyRefused()))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """In the RFC's shape, as everything here."""
        body = {"error": "invalid_request", "code": "METHOD_NOT_ALLOWED"}
        return JsonResponse(body, status=405, headers={"Allow": "POST"})


def _refusal(error: CivicNetError) -> HttpResponse:
    late = error.status == 429
    body = {
        "error": "temporarily_unavailable" if late else "invalid_client",
        "error_description": str(error),
        "code": error.code,
    }
    headers = {"Retry-After": "60"} if late else {"WWW-Authenticate": 'Basic realm="CivicNet"'}
    return HttpResponse(
        orjson.dumps(body),
        content_type="application/json",
        status=error.status,
        headers=headers | {"Cache-Control": "no-store"},
    )
