"""API clients: who is registered, what each may do, and ending it for good."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.models import get_application_model

from civicnet.access.client_rules import checked_cost, checked_expiry, checked_networks, checked_scopes, checked_sites
from civicnet.access.host_scopes import check_host_scopes
from civicnet.access.keys import Credential, Kind, new_credential
from civicnet.access.models import ApiClient, ApiKey, Organisation
from civicnet.access.scope import covers, within
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, require
from civicnet.ledger.services import record

VIEW = "civicnet_access.view_apiclient"
ADD = "civicnet_access.add_apiclient"
CHANGE = "civicnet_access.change_apiclient"


def visible_clients(actor: Actor) -> QuerySet[ApiClient]:
    """The API clients of organisations where the actor looks after them."""
    return ApiClient.objects.filter(within(actor, VIEW)).select_related("organisation")


@transaction.atomic
def create_client(
    *,
    name: str,
    organisation: Organisation,
    scopes: Collection[str],
    actor: Actor,
    expires_at: datetime | None = None,
    sites: Collection[int] = (),
    networks: Iterable[str] = (),
    hourly_cost: int | None = None,
    trusted_only: bool = False,
    reason: str = "",
) -> tuple[ApiClient, str]:
    """Register an API client; returns it with its first key, which nobody can read again.

    Raises:
        Refused: the actor does not register clients for this organisation, or may not give one of the host's scopes.
        SeparatedDuties: the scopes allow what is kept apart.
        InvalidInput: the name is taken, or a scope, site, range, budget or day cannot be given.
    """
    require(covers(actor, ADD, organisation.path))
    check_host_scopes(scopes, held=(), organisation=organisation, whose=name, actor=actor)
    client = ApiClient(
        name=_free(name),
        organisation=organisation,
        scopes=checked_scopes(scopes),
        sites=checked_sites(sites),
        networks=checked_networks(networks),
        hourly_cost=checked_cost(hourly_cost),
        trusted_only=trusted_only,
        expires_at=checked_expiry(expires_at),
    )
    client.save()
    key = add_key(client)
    after = rights(client) | {"key": key.prefix}
    record(actor=actor, action="access.create_client", subject=client, after=after, reason=reason)
    return client, key.text


@transaction.atomic
def change_client(
    *,
    client: ApiClient,
    name: str,
    scopes: Collection[str],
    sites: Collection[int],
    networks: Iterable[str],
    expires_at: datetime | None,
    actor: Actor,
    reason: str,
    hourly_cost: int | None,
    trusted_only: bool | None = None,
) -> ApiClient:
    """Give a client another name, other rights or another end; its keys stay, and obey at their next use.

    ``trusted_only``: whether it is answered registered GraphQL documents only; None leaves that as it is.

    Raises:
        NotFound: the actor sees no such client.
        Refused: the actor sees it, and does not change it, or may not give one of the host's scopes.
        Conflict: it was revoked, or the scopes allow what is kept apart.
        InvalidInput: as for a new one.
    """
    locked = locked_client(client, actor=actor)
    before = rights(locked)
    check_host_scopes(scopes, held=locked.scopes, organisation=locked.organisation, whose=name, actor=actor)
    locked.name = locked.name if name == locked.name else _free(name)
    locked.scopes = checked_scopes(scopes)
    locked.sites = checked_sites(sites)
    locked.networks = checked_networks(networks)
    locked.hourly_cost = checked_cost(hourly_cost)
    locked.trusted_only = locked.trusted_only if trusted_only is None else trusted_only
    locked.expires_at = expires_at if expires_at == locked.expires_at else checked_expiry(expires_at)
    locked.save()
    record(
        actor=actor, action="access.change_client", subject=locked, before=before, after=rights(locked), reason=reason
    )
    return locked


@transaction.atomic
def revoke_client(*, client: ApiClient, actor: Actor, reason: str) -> ApiClient:
    """End a client for good: every key, its OAuth2 secret and all tokens are useless from now on. The row stays.

    Raises:
        NotFound: the actor sees no such client.
        Refused: the actor sees it, and does not change it.
        Conflict: it was revoked already.
    """
    locked = locked_client(client, actor=actor)
    now = timezone.now()
    locked.keys.filter(revoked_at=None).update(revoked_at=now, revoke_reason=reason)
    if locked.application_id:
        # Its tokens go with it.
        get_application_model().objects.filter(pk=locked.application_id).delete()
        locked.application = None
    locked.revoked_at, locked.revoke_reason = now, reason
    locked.save()
    record(actor=actor, action="access.revoke_client", subject=locked, reason=reason)
    return locked


def locked_client(client: ApiClient, *, actor: Actor) -> ApiClient:
    """The client as it is now, held until the transaction ends, for an actor who may change it.

    Raises:
        NotFound, Refused, Conflict: as the services that call it say.
    """
    seen = visible_clients(actor) | ApiClient.objects.filter(within(actor, CHANGE)).select_related("organisation")
    found = seen.select_for_update(of=("self",)).filter(pk=client.pk).first()
    if found is None:
        raise NotFound()
    require(covers(actor, CHANGE, found.organisation.path))
    if found.revoked_at:
        raise Conflict(_("This client was revoked. Register a new one if it is needed again."))
    return found


def add_key(client: ApiClient) -> Credential:
    """Give a client one more key; the services that call it keep the record."""
    made = new_credential(Kind.KEY)
    ApiKey.objects.create(client=client, prefix=made.prefix, digest=made.digest, created_at=timezone.now())
    return made


def rights(client: ApiClient) -> dict[str, Any]:
    """What a client may do, as the audit keeps it."""
    return {
        "name": client.name,
        "organisation": client.organisation.code,
        "scopes": client.scopes,
        "sites": client.sites,
        "networks": client.networks,
        "hourly_cost": client.hourly_cost,
        "trusted_only": client.trusted_only,
        "expires_at": client.expires_at.isoformat() if client.expires_at else None,
    }


def _free(name: str) -> str:
    wanted = name.strip()
    if not wanted:
        raise InvalidInput(_("Give the client a name by which people know the system."), field="name")
    if ApiClient.objects.filter(name=wanted).exists():
        raise InvalidInput(_("There is already a client of this name."), field="name")
    return wanted
