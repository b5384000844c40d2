"""API keys: made once, shown once, kept as a digest.

A key reads ``cvn_<prefix>_<secret>_<checksum>``: the fixed start and the checksum let secret scanners recognise a leaked
one, and let us refuse a mistyped one without asking the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.access.models import ApiClient, Organisation
from civicnet.contract import Actor, CivicNetError, InvalidInput
from civicnet.ledger.services import record
from civicnet.lifecycle.registry import registry

_SHAPE = re.compile(r"cvn_([a-z0-9]{8})_([A-Za-z0-9]{40})_([0-9a-f]{8})")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class KeyRefused(CivicNetError):
    """The key is malformed, unknown, expired or revoked; which of them it is stays with us."""

    code = "KEY_REFUSED"
    status = 401
    message = gettext_lazy("This API key is not valid. Ask the platform's administrator for a new one.")


@transaction.atomic
def create_client(
    *,
    name: str,
    organisation: Organisation,
    scopes: list[str],
    actor: Actor,
    expires_at: datetime | None = None,
) -> tuple[ApiClient, str]:
    """Create an API client; returns it with its key, which nobody can read again.

    Raises:
        InvalidInput: a scope is not one that any plugin declares.
    """
    known = {scope for manifest in registry.manifests.values() for scope in manifest.api_scopes}
    if unknown := sorted(set(scopes) - known):
        raise InvalidInput(_("There is no scope %(scopes)s.") % {"scopes": ", ".join(unknown)}, field="scopes")
    prefix = "".join(secrets.choice(_ALPHABET[26:]) for _i in range(8))
    secret = "".join(secrets.choice(_ALPHABET) for _i in range(40))
    key = f"cvn_{prefix}_{secret}_{_checksum(prefix, secret)}"
    client = ApiClient.objects.create(
        name=name, prefix=prefix, digest=_digest(key), scopes=scopes, organisation=organisation, expires_at=expires_at
    )
    record(actor=actor, action="access.create_client", subject=client, after={"scopes": scopes})
    return client, key


@transaction.atomic
def revoke_client(*, client: ApiClient, actor: Actor, reason: str) -> None:
    """Make a client's key useless from now on."""
    client.revoked_at = timezone.now()
    client.save(update_fields=["revoked_at"])
    record(actor=actor, action="access.revoke_client", subject=client, reason=reason)


def client_for(key: str) -> ApiClient:
    """The client whose valid key this is.

    Raises:
        KeyRefused: for every reason alike.
    """
    match = _SHAPE.fullmatch(key)
    if match is None or _checksum(match[1], match[2]) != match[3]:
        raise KeyRefused()
    client = ApiClient.objects.select_related("organisation").filter(prefix=match[1]).first()
    if client is None or not hmac.compare_digest(client.digest, _digest(key)):
        raise KeyRefused()
    if client.revoked_at or (client.expires_at and client.expires_at <= timezone.now()):
        raise KeyRefused()
    return client


def _checksum(prefix: str, secret: str) -> str:
    return f"{zlib.crc32(f'{prefix}_{secret}'.encode()):08x}"


def _digest(key: str) -> str:
    # The secret has 238 bits from the system's generator: a plain digest cannot be searched backwards.
    return hashlib.sha256(key.encode()).hexdigest()
