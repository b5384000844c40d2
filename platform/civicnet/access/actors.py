"""From a person or a key to an actor: which permissions, and over which subtrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from civicnet.access.holding import holding
from civicnet.access.host_scopes import permissions_by_scope
from civicnet.access.models import ApiClient, Position, User
from civicnet.access.scope import reach, tree_ends
from civicnet.contract import ANONYMOUS, Actor
from civicnet.ledger.statements import Values, statement
from civicnet.lifecycle.owners import plugin_of
from civicnet.lifecycle.snapshot import current

SYSTEM = Actor(kind="system", id="civicnet", label="CivicNet")


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request with a signed-in person; built once per request."""
    known: Actor | None = getattr(request, "civicnet_actor", None)
    if known is None:
        known = staff_actor(request.user)
        request.civicnet_actor = known  # type: ignore[attr-defined]
    return known


def staff_actor(user: User | AnonymousUser) -> Actor:
    """A person with what their positions of today allow, each over its organisation's subtree.

    A superuser gets nothing extra: whoever runs the machine does not read cases by that.
    """
    if not isinstance(user, User) or not user.is_active:
        return ANONYMOUS
    paths_by_role: dict[int, list[str]] = defaultdict(list)
    for held in _HELD.rows(person=user.pk, day=timezone.localdate()).read(*_PLACE):
        role, path, first, last = (held[name] for name in _PLACE)
        paths_by_role[role].append(reach(path, first, last))
    scopes: dict[str, set[str]] = defaultdict(set)
    for grant in _GRANTED.rows(roles=sorted(paths_by_role)).read(*_GRANT) if paths_by_role else ():
        role, app, codename = (grant[name] for name in _GRANT)
        scopes[f"{app}.{codename}"].update(paths_by_role[role])
    return _actor("staff", str(user.pk), str(user), scopes)


# Asked with every request of a signed-in person, so the statements are built once.
_PLACE = ("role_id", "organisation__path", "tree_begins", "tree_ends")
_GRANT = ("group", "content_type__app_label", "codename")


@statement("access.positions of a person", Position)
def _HELD(values: Values) -> QuerySet[Any]:  # noqa: N802 — a statement is a constant
    return Position.objects.filter(holding(values["day"]), person=values["person"]).annotate(**tree_ends()).order_by()


@statement("access.permissions of roles", Permission)
def _GRANTED(values: Values) -> QuerySet[Any]:  # noqa: N802
    return Permission.objects.filter(group__id__in=values["roles"]).order_by()


def client_actor(client: ApiClient, *, scopes: Container[str] | None = None, path: str | None = None) -> Actor:
    """A portal with what its scopes allow over its organisation's subtree; of plugins that are off or gone they allow nothing,
    nor does one of the host's that it has no right to any more.

    ``scopes`` narrows them, as an access token for only some of them does. ``path`` is how far the organisation reaches,
    where the caller knows more than its place.
    """
    path = client.organisation.path if path is None else path
    known = permissions_by_scope(client.organisation)
    held = [scope for scope in client.scopes if scopes is None or scope in scopes]
    paths = {permission: {path} for scope in held for permission in known.get(scope, ())}
    of_its_own = {"hourly_cost": client.hourly_cost, "trusted_only": client.trusted_only}
    return _actor("client", str(client.pk), client.name, paths, **of_its_own)


def _actor(kind: str, pk: str, label: str, scopes: dict[str, set[str]], **of_its_own: Any) -> Actor:
    # Grants of a plugin that is off are kept, and allow nothing.
    now = current()
    scopes = {name: paths for name, paths in scopes.items() if (slug := plugin_of(name)) is None or now.is_on(slug)}
    return Actor(
        kind=kind,  # type: ignore[arg-type]
        id=pk,
        label=label,
        permissions=frozenset(scopes),
        scopes={permission: tuple(sorted(paths)) for permission, paths in scopes.items()},
        **of_its_own,
    )
