"""Host scopes: what the platform itself lets an API client do, beside what plugins declare.

Most give permissions that concern the platform as a whole, so that they are for clients of the organisation at the top only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.access.duties import is_top, keep_apart
from civicnet.access.grants import label_of
from civicnet.access.models import Organisation
from civicnet.contract import Actor, InvalidInput, Refused
from civicnet.lifecycle.registry import registry


@dataclass(frozen=True, slots=True)
class HostScope:
    """What one scope allows, the words for it, and whether only a client of the organisation at the top may have it.

    ``of_giver``: only somebody may give it who may do the same themselves.
    """

    permissions: tuple[str, ...]
    label: Any
    only_top: bool = True
    of_giver: bool = True


HOST_SCOPES = {
    "platform.plugins": HostScope(
        ("civicnet_lifecycle.switch_plugin",), gettext_lazy("Switch plugins on and off, and change their settings")
    ),
    "platform.cache": HostScope(("civicnet_gateway.purge_cache",), gettext_lazy("Purge kept answers")),
    # What may be imported with it is in scopes of plugins, and in the next one.
    "platform.upload": HostScope(
        ("civicnet_exchange.add_importjob",),
        gettext_lazy("Upload files and have them imported"),
        only_top=False,
        # As the scopes of plugins: whoever looks after clients is kept apart from whoever imports.
        of_giver=False,
    ),
    "platform.organisations": HostScope(
        ("civicnet_access.add_organisation",), gettext_lazy("Set up organisations below its own"), only_top=False
    ),
    "platform.introspection": HostScope(
        ("civicnet_gateway.introspect",), gettext_lazy("Look through the whole GraphQL schema"), only_top=False
    ),
}


def permissions_by_scope(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Every scope with what it allows a client of this organisation; a plugin cannot give another meaning to the host's."""
    top = is_top(organisation)
    host = {name: one.permissions if top or not one.only_top else () for name, one in HOST_SCOPES.items()}
    return {name: given for one in registry.manifests.values() for name, given in one.api_scopes.items()} | host


def check_host_scopes(
    scopes: Iterable[str], *, held: Iterable[str], organisation: Organisation, whose: str, actor: Actor
) -> None:
    """Whether a client of this organisation may be given host scopes among these; ``held`` are those that it has already.

    Raises:
        InvalidInput: the organisation lies below the top.
        Refused: the actor does not hold themselves what a new one allows.
        SeparatedDuties: together the scopes allow what is kept apart.
    """
    wanted = set(scopes)
    for name in sorted(wanted & HOST_SCOPES.keys()):
        scope = HOST_SCOPES[name]
        if scope.only_top and not is_top(organisation):
            told = {"scope": scope.label}
            raise InvalidInput(
                _("“%(scope)s” concerns the whole platform: only the organisation at the top can have it.") % told,
                code="WIDE_PERMISSION",
                field="scopes",
            )
        lacking = [one for one in scope.permissions if scope.of_giver and not actor.may(one)]
        if lacking and name not in held:
            raise Refused(
                _("You cannot let others do what you may not do yourself: “%(permission)s”.")
                % {"permission": label_of(lacking[0])}
            )
    if wanted & HOST_SCOPES.keys():
        known = permissions_by_scope(organisation)
        keep_apart({one for name in wanted for one in known.get(name, ())}, whose=whose)
