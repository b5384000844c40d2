"""Changing credentials: from one key to the next with an overlap, ending a single key, and the secret for OAuth2."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.models import get_access_token_model, get_application_model

from civicnet.access.clients import add_key, locked_client
from civicnet.access.keys import Kind, new_credential
from civicnet.access.models import ApiClient, ApiKey
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound
from civicnet.ledger.services import record

LONGEST_OVERLAP = timedelta(days=90)


def live_keys(client: ApiClient, *, now: datetime | None = None) -> QuerySet[ApiKey]:
    """The client's keys that are still accepted, as far as they themselves go."""
    moment = now or timezone.now()
    return client.keys.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=moment), revoked_at=None)


@transaction.atomic
def rotate_key(*, client: ApiClient, overlap: timedelta, actor: Actor, reason: str) -> str:
    """Give a client its next key; those it has end by themselves after the overlap. Returns the key, shown once.

    Raises:
        NotFound, Refused: the actor sees no such client, or does not change it.
        Conflict: it was revoked, or it has an older key that has not ended yet.
        InvalidInput: the overlap is negative or longer than ninety days.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise InvalidInput(_("The old key may go on for at most 90 days."), field="overlap")
    locked = locked_client(client, actor=actor)
    now = timezone.now()
    live = live_keys(locked, now=now)
    if overlap and live.count() > 1:
        raise Conflict(_("A change of keys is under way already. Revoke the older key first, or let it end."))
    ends = now + overlap
    ended = list(live.values_list("prefix", flat=True))
    live.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=ends)).update(expires_at=ends)
    made = add_key(locked)
    after = {"key": made.prefix, "ending": ended, "end": ends.isoformat()}
    record(actor=actor, action="access.rotate_key", subject=locked, after=after, reason=reason)
    return made.text


@transaction.atomic
def revoke_key(*, key: ApiKey, actor: Actor, reason: str) -> None:
    """Make one key useless from now on; the client's others go on.

    Raises:
        NotFound, Refused: the actor sees no such client, or does not change it.
        Conflict: the client or the key was revoked already.
    """
    locked = locked_client(key.client, actor=actor)
    found = locked.keys.select_for_update().filter(pk=key.pk).first()
    if found is None:
        raise NotFound()
    if found.revoked_at:
        raise Conflict(_("This key was revoked already."))
    found.revoked_at, found.revoke_reason = timezone.now(), reason
    found.save(update_fields=["revoked_at", "revoke_reason"])
    record(actor=actor, action="access.revoke_key", subject=locked, after={"key": found.prefix}, reason=reason)


@transaction.atomic
def issue_secret(*, client: ApiClient, actor: Actor, reason: str) -> tuple[str, str]:
    """Give a client a number and secret for OAuth2; an earlier secret and its tokens are useless from now on.

    Returns both; nobody can read the secret again.

    Raises:
        NotFound, Refused: the actor sees no such client, or does not change it.
        Conflict: it was revoked.
    """
    locked = locked_client(client, actor=actor)
    made = new_credential(Kind.SECRET)
    application = locked.application or get_application_model()(
        client_type="confidential", authorization_grant_type="client-credentials", hash_client_secret=False
    )
    # A digest of our own, as for keys: the toolkit would hash with what people's passwords need, at a cost anybody
    # who knows the number could make us pay.
    application.name, application.client_secret = locked.name, made.digest
    application.save()
    locked.application = application
    locked.save(update_fields=["application"])
    get_access_token_model().objects.filter(application=application).delete()
    after = {"client_id": application.client_id, "secret": made.prefix}
    record(actor=actor, action="access.issue_secret", subject=locked, after=after, reason=reason)
    return application.client_id, made.text


@transaction.atomic
def withdraw_secret(*, client: ApiClient, actor: Actor, reason: str) -> None:
    """End a client's OAuth2 access, tokens included; its keys go on.

    Raises:
        NotFound, Refused: the actor sees no such client, or does not change it.
        Conflict: it was revoked, or has no secret.
    """
    locked = locked_client(client, actor=actor)
    if locked.application_id is None:
        raise Conflict(_("This client has no OAuth2 secret."))
    get_application_model().objects.filter(pk=locked.application_id).delete()
    record(actor=actor, action="access.withdraw_secret", subject=locked, reason=reason)
