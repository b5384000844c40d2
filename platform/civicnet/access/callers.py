"""Who calls at a door for machines: from the credential that came with a request to the client's actor.

Whatever is wrong with it, the caller is told the same; what it was is counted for the client's administrator.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from wagtail.models import Site

from civicnet.access.actors import client_actor
from civicnet.access.keys import KeyRefused, Kind, digest, read_credential
from civicnet.access.models import ApiClient, ApiKey, Organisation, RefusalCause
from civicnet.access.refusals import count_refusal, note_use, refused
from civicnet.access.scope import reach, tree_ends
from civicnet.contract import Actor
from civicnet.contract.addresses import client_address, lies_in, networks
from civicnet.ledger.statements import Values, statement
from civicnet.lifecycle.models import Generation

# All tables that decide whether a key is taken, and what it may do: who remembers that it was asks for their versions.
DECIDING = tuple(one._meta.db_table for one in (ApiKey, ApiClient, Organisation, Site))
# Compared with when there is no key of that prefix, so that the two take the same steps.
_NOBODY = digest("")
_ROW = "civicnet_key_row"
# What was made of rows of keys: a row that says the same as before is not taken apart again. Nobody changes what is in it.
_lately: dict[str, tuple[dict[str, Any], Shown]] = {}
_MOST_KEYS = 1024


@dataclass(frozen=True, slots=True)
class Shown:
    """What a genuine credential stands for, valid or not."""

    client: ApiClient
    expires_at: datetime | None
    revoked: bool = False
    key: ApiKey | None = None
    scopes: frozenset[str] | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that was let in. ``key`` is the number of the API key that it showed, None for an access token.

    ``ends`` is the moment from which the same is refused even if nobody changes anything; None if there is none.
    """

    actor: Actor
    key: int | None = None
    ends: datetime | None = None


def caller(request: HttpRequest, credential: str) -> Actor:
    """The actor of ``let_in``.

    Raises:
        KeyRefused, TooManyRefusals: as it does.
    """
    return let_in(request, credential).actor


def let_in(request: HttpRequest, credential: str) -> Caller:
    """The client whose credential this is: an API key or an OAuth2 access token. One SQL statement; two where the client
    is bound to sites.

    Raises:
        KeyRefused: for every reason alike.
        TooManyRefusals: the same, when this address has been refused too often within the minute.
    """
    address = client_address(request)
    shown = _shown(request, credential)
    if shown is None:
        raise refused(address, KeyRefused())
    if cause := _fault(shown, request, address):
        count_refusal(shown.client, cause, address=address)
        raise refused(address, KeyRefused())
    if shown.key is not None:
        note_use(shown.key)
    actor = client_actor(shown.client, scopes=shown.scopes, path=shown.path)
    ends = [one for one in (shown.expires_at, shown.client.expires_at) if one]
    return Caller(actor, shown.key.pk if shown.key else None, min(ends, default=None))


def fault_of(client: ApiClient, request: HttpRequest, address: str) -> RefusalCause | None:
    """Why a client may not be answered here and now, whatever it shows; None when it may."""
    if client.revoked_at:
        return RefusalCause.REVOKED
    if client.expires_at and client.expires_at <= timezone.now():
        return RefusalCause.EXPIRED
    if client.networks and not lies_in(address, networks(tuple(client.networks))):
        return RefusalCause.ADDRESS
    if client.sites:
        site = Site.find_for_request(request)
        if site is None or site.pk not in client.sites:
            return RefusalCause.SITE
    return None


def _fault(shown: Shown, request: HttpRequest, address: str) -> RefusalCause | None:
    if shown.revoked:
        return RefusalCause.REVOKED
    if shown.expires_at and shown.expires_at <= timezone.now():
        return RefusalCause.EXPIRED
    return fault_of(shown.client, request, address)


def _shown(request: HttpRequest, credential: str) -> Shown | None:
    read = read_credential(credential)
    if read is None:
        return None
    kind, prefix = read
    if kind is Kind.KEY:
        return _key(key_row(request, prefix), digest(credential))
    # A secret is shown to nobody but the token endpoint.
    return _token(digest(credential)) if kind is Kind.TOKEN and settings.CIVICNET_OAUTH2 else None


def key_row(request: HttpRequest, prefix: str) -> dict[str, Any] | None:
    """What there is to know of the key that begins so, looked up once a request; and what the generation was just then."""
    known: tuple[str, dict[str, Any] | None] | None = getattr(request, _ROW, None)
    if known is None or known[0] != prefix:
        known = prefix, _BY_PREFIX.rows(prefix=prefix).first(*_COLUMNS)
        setattr(request, _ROW, known)
    return known[1]


def _key(row: dict[str, Any] | None, shown: str) -> Shown | None:
    if not hmac.compare_digest(row["digest"] if row else _NOBODY, shown) or row is None:
        return None
    known = _lately.get(row["prefix"])
    if known is not None and known[0] == row:
        return known[1]
    if len(_lately) >= _MOST_KEYS:
        _lately.clear()
    found = _shown_by(row)
    _lately[row["prefix"]] = row, found
    return found


def _shown_by(row: dict[str, Any]) -> Shown:
    key, client = _instance(ApiKey, row, ""), _instance(ApiClient, row, "client__")
    key.client, client.organisation = client, _instance(Organisation, row, "client__organisation__")
    path = reach(client.organisation.path, row["tree_begins"], row["tree_ends"])
    return Shown(client, key.expires_at, bool(key.revoked_at), key, path=path)


@statement("access.key by its beginning", ApiKey)
def _BY_PREFIX(values: Values) -> QuerySet[Any]:  # noqa: N802 — a statement is a constant
    # Read along with the key, so that no further statement is needed.
    now = Subquery(Generation.objects.filter(pk=1).values("value"))
    return ApiKey.objects.annotate(**tree_ends(), generation=now).filter(prefix=values["prefix"]).order_by()


# What is asked of each model between here and the client's actor; whatever else somebody wants to know is read then.
_ASKED: dict[type[Model], tuple[str, tuple[str, ...]]] = {
    ApiKey: ("", ("id", "client_id", "prefix", "digest", "expires_at", "last_used_at", "revoked_at")),
    ApiClient: (
        "client__",
        (
            *("id", "name", "organisation_id", "scopes", "sites", "networks"),
            *("hourly_cost", "trusted_only", "expires_at", "revoked_at", "application_id"),
        ),
    ),
    Organisation: ("client__organisation__", ("id", "path", "depth", "code", "name", "kind")),
}
# Where in the row they stand.
_PARTS: dict[str, list[tuple[str, str]]] = {
    before: [(name, f"{before}{name}") for name in names] for before, names in _ASKED.values()
}
_COLUMNS = [*(column for names in _PARTS.values() for _name, column in names), "tree_begins", "tree_ends", "generation"]


def _instance(model: type[Any], row: dict[str, Any], before: str) -> Any:
    names = _PARTS[before]
    return model.from_db(DEFAULT_DB_ALIAS, [name for name, _column in names], [row[column] for _name, column in names])


def _token(shown: str) -> Shown | None:
    tokens = get_access_token_model().objects.select_related("application__api_client__organisation")
    token = tokens.annotate(**tree_ends()).filter(token_checksum=shown, application__api_client__isnull=False).first()
    if token is None:
        return None
    client = token.application.api_client
    path = reach(client.organisation.path, token.tree_begins, token.tree_ends)
    return Shown(client, token.expires, scopes=frozenset(token.scope.split()), path=path)
