"""What an API client may be given: scopes that a plugin declares, sites that exist, ranges that are networks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from ipaddress import ip_network

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Site

from civicnet.access.host_scopes import HOST_SCOPES
from civicnet.contract import InvalidInput
from civicnet.lifecycle.registry import registry

MOST_NETWORKS = 50
# What a GraphQL Int holds, rounded down.
MOST_COST = 2_000_000_000


def known_scopes() -> dict[str, str]:
    """All scopes that plugins declare, then the host's, each with what it lets a client do, in the reader's language."""
    language = get_language() or "zh-hans"
    declared = {
        scope: _in(language, manifest.api_scope_labels.get(scope, {})) or scope
        for manifest in registry.manifests.values()
        for scope in manifest.api_scopes
    }
    return declared | {scope: str(one.label) for scope, one in HOST_SCOPES.items()}


def checked_scopes(scopes: Collection[str]) -> list[str]:
    """The scopes, each once and in order.

    Raises:
        InvalidInput: one is declared neither by a plugin nor by the host.
    """
    if unknown := sorted(set(scopes) - set(known_scopes())):
        raise InvalidInput(_("There is no scope %(scopes)s.") % {"scopes": ", ".join(unknown)}, field="scopes")
    return sorted(set(scopes))


def checked_cost(cost: int | None) -> int | None:
    """The budget of an hour; None for the usual one.

    Raises:
        InvalidInput: it is none that can be spent, or more than can be told.
    """
    if cost is not None and not 1 <= cost <= MOST_COST:
        told = {"most": MOST_COST}
        raise InvalidInput(
            _("A budget is 1 to %(most)d. Leave it empty for the usual one.") % told, field="hourly_cost"
        )
    return cost


def checked_sites(sites: Collection[int]) -> list[int]:
    """The sites' numbers, each once and in order.

    Raises:
        InvalidInput: one of them does not exist.
    """
    wanted = set(sites)
    if wanted - set(Site.objects.filter(pk__in=wanted).values_list("pk", flat=True)):
        raise InvalidInput(_("One of the sites does not exist any more."), field="sites")
    return sorted(wanted)


def checked_networks(networks: Iterable[str]) -> list[str]:
    """The ranges in their shortest form, each once.

    Raises:
        InvalidInput: one is no network, or holds every address there is, or there are too many.
    """
    found = list(dict.fromkeys(_network(text.strip()) for text in networks if text.strip()))
    if len(found) > MOST_NETWORKS:
        raise InvalidInput(_("At most %(most)d address ranges.") % {"most": MOST_NETWORKS}, field="networks")
    return found


def checked_expiry(expires_at: datetime | None) -> datetime | None:
    """The moment from which the client is refused.

    Raises:
        InvalidInput: it has passed already.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput(_("This day has passed already."), field="expires_at")
    return expires_at


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise InvalidInput(_hint(text), field="networks") from error
    if network.prefixlen == 0:
        raise InvalidInput(
            _("%(range)s is every address there is: leave the field empty for that.") % {"range": text},
            field="networks",
        )
    return str(network)


def _hint(text: str) -> str:
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        return _("“%(range)s” is no address range. Write one a line, such as 10.1.2.0/24 or 2001:db8::/32.") % {
            "range": text
        }
    return _("“%(range)s” is an address within a range. Did you mean %(meant)s?") % {"range": text, "meant": meant}


def _in(language: str, texts: dict[str, str]) -> str:
    return texts.get(language) or texts.get("zh-hans") or texts.get("en", "")
