"""Who holds what a plugin offers: roles with its permissions, and API clients with its scopes."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import ApiClient
from civicnet.lifecycle.brought import told
from civicnet.lifecycle.consequences import Consequence
from civicnet.lifecycle.registry import registry


def consequences(slug: str, site_id: int | None) -> Iterator[Consequence]:
    """Roles whose permissions rest while it is off, and portals that lose what its scopes let them read."""
    yield told("roles", _("What these roles may do with it rests while it is off."), _roles(slug))
    label = _("These portals and systems can use it only while it is on.")
    yield told("clients", label, _clients(slug, site_id), serious=True)


def _roles(slug: str) -> list[str]:
    offered = {one.name for one in registry.manifests[slug].permissions}
    apps = {name.partition(".")[0] for name in offered}
    rows = Permission.objects.filter(content_type__app_label__in=apps)
    known = {f"{app}.{code}": pk for pk, app, code in rows.values_list("pk", "content_type__app_label", "codename")}
    held = Group.objects.filter(permissions__in=[pk for name, pk in known.items() if name in offered])
    return list(held.order_by("name").values_list("name", flat=True).distinct())


def _clients(slug: str, site_id: int | None) -> list[str]:
    scopes = registry.manifests[slug].api_scopes.keys()
    alive = ApiClient.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)
    return [
        one.name
        for one in alive.order_by("name")
        if scopes & set(one.scopes) and (site_id is None or not one.sites or site_id in one.sites)
    ]
