"""OAuth2 for portals that need it: the toolkit's server cut down to client credentials, and bound to our API clients.

Standards: RFC 6749 sections 2.3.1 and 4.4. There is no screen to authorise anything, no refresh and no introspection.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from civicnet.access.callers import fault_of
from civicnet.access.client_rules import known_scopes
from civicnet.access.keys import Kind, digest, new_credential
from civicnet.access.models import ApiClient, RefusalCause
from civicnet.access.refusals import budget_left, count_refusal
from civicnet.contract import CivicNetError, Schedule
from civicnet.contract.addresses import client_address
from civicnet.lifecycle.schedules import register


class TooManyTokens(CivicNetError):
    """The client fetches a new token for every call, as it seems."""

    code = "RATE_LIMITED"
    status = 429
    message = gettext_lazy("Too many tokens were fetched. Use a token until it ends, and fetch the next one then.")


def new_token(request: Any, refresh_token: bool = False) -> str:
    """An access token that scanners recognise and doors tell from a key."""
    return new_credential(Kind.TOKEN).text


class ClientValidator(OAuth2Validator):
    """Lets an API client in by its number and secret, from where and as long as its keys would be accepted."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """By one of the two ways, never by both; what was wrong is counted and not told."""
        basic = self._extract_basic_auth(request)
        right = self._authenticate_basic_auth(request) if basic else self._authenticate_request_body(request)
        client = ApiClient.objects.filter(application=request.client).first() if request.client else None
        if client is None:
            return False
        http = self.build_http_request(request)
        address = client_address(http)
        if cause := fault_of(client, http, address) if right else RefusalCause.SECRET:
            count_refusal(client, cause, address=address)
            return False
        if not budget_left(f"tokens.{client.pk}", settings.CIVICNET_TOKENS_PER_MINUTE):
            raise TooManyTokens()
        ApiClient.objects.filter(pk=client.pk).update(token_used_at=timezone.now())
        request.api_client = client
        return True

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return hmac.compare_digest(digest(provided_secret), stored_secret)

    def _load_application(self, client_id: str | None, request: Any) -> Any:
        # The toolkit asks PostgreSQL for whatever was sent, which refuses this sign with an error.
        return super()._load_application(client_id, request) if client_id and "\0" not in client_id else None


class ClientScopes(BaseScopes):
    """What plugins declare; for one application, what its client holds."""

    def get_all_scopes(self) -> dict[str, str]:
        """Every scope, with what it lets a client do."""
        return known_scopes()

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """The client's own."""
        known = known_scopes()
        return [scope for scope in request.api_client.scopes if scope in known]

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """All of them, when a request names none."""
        return self.get_available_scopes(application, request)


def keep_tokens_short() -> None:
    """Have ended tokens deleted every hour."""
    label = gettext_lazy("Delete OAuth2 tokens that have ended")
    register(Schedule("access.purge_tokens", label, purge_tokens, every=timedelta(hours=1)))


def purge_tokens(*, now: datetime | None = None) -> int:
    """Delete tokens that have expired; returns how many."""
    deleted, _per_model = get_access_token_model().objects.filter(expires__lte=now or timezone.now()).delete()
    return int(deleted)
