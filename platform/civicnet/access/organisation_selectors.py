"""What of the tree an actor may work with: subtrees, searches by name, code or alias, and the way down to a place."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import AliasKind, Organisation, OrganisationAlias
from civicnet.access.scope import within
from civicnet.contract import Actor, InvalidInput, NotFound

VIEW = "civicnet_access.view_organisation"
# The last sign there is: what begins with a word lies between the word and the word followed by it.
_LAST_SIGN = chr(0x10FFFF)
# A word of one sign is found in half the names: searching inside them would read them all for nothing.
_SHORTEST_INSIDE = 2


def visible_organisations(actor: Actor, permission: str = VIEW) -> QuerySet[Organisation]:
    """The organisations over which the actor holds a permission."""
    found: QuerySet[Organisation] = Organisation.objects.filter(within(actor, permission, field=""))
    return found


def open_on_day(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Those that exist today."""
    today = timezone.localdate()
    return rows.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today), Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    )


def search(rows: QuerySet[Organisation], words: str, *, most: int) -> list[Organisation]:
    """At most so many of the rows whose code, name or alias begins with the words; failing that, holds them.

    Three statements, each along an index, and three more that read all names if those found too little. Unordered on
    purpose until the few are here: putting every match of a frequent word into order would take seconds.
    """
    words = words.strip()
    if not words:
        return []
    found = _first(rows, [_begins("code", words), _begins("name", words), _known_as(_begins("value", words))], most)
    # Nobody types a code from its middle.
    if len(found) < most and len(words) >= _SHORTEST_INSIDE and not words.isdigit():
        inside = [Q(name__contains=words), _known_as(Q(value__contains=words))]
        found |= {pk: one for pk, one in _first(rows, inside, most).items() if pk not in found}
    return sorted(found.values(), key=lambda one: one.path)[:most]


def named(rows: QuerySet[Organisation], words: str) -> Organisation:
    """The one of the rows that is meant by a code, a former code, a whole name, or "code name" as a suggestion has it.

    Raises:
        InvalidInput: none is, or several are.
    """
    words = words.strip()
    codes = {words, words.partition(" ")[0]}
    found = list(rows.filter(code__in=codes)[:1]) or list(
        rows.filter(_known_as(Q(value__in=codes, kind=AliasKind.FORMER_CODE)))[:1]
    )
    found = found or list(rows.filter(name=words)[:2]) or list(rows.filter(_known_as(Q(value=words)))[:2])
    if not found:
        raise InvalidInput(_("No organisation here is called or numbered “%(words)s”.") % {"words": words})
    if len(found) > 1:
        raise InvalidInput(_("Several organisations are called “%(words)s”: give the code.") % {"words": words})
    return found[0]


def lines_of(rows: Iterable[Organisation]) -> dict[int, list[Organisation]]:
    """Per organisation those above it, the top first. One statement."""
    step = Organisation.steplen
    wanted = {one.pk: [one.path[:end] for end in range(step, len(one.path), step)] for one in rows}
    paths = {path for above in wanted.values() for path in above}
    known = {one.path: one for one in Organisation.objects.filter(path__in=paths)} if paths else {}
    return {pk: [known[path] for path in above if path in known] for pk, above in wanted.items()}


def organisation(code: str) -> Organisation:
    """The organisation with this code today; a code that was given up leads to the one that took its place.

    Raises:
        NotFound: there is none.
    """
    own: Organisation | None = Organisation.objects.filter(code=code).first()
    if own is None or own.valid_to is not None:
        followed = OrganisationAlias.objects.filter(value=code, kind=AliasKind.FORMER_CODE).select_related(
            "organisation"
        )
        own = next((alias.organisation for alias in followed), own)
    if own is None:
        raise NotFound(_("There is no organisation %(code)s.") % {"code": code})
    return own


def _first(rows: QuerySet[Organisation], conditions: list[Q], most: int) -> dict[int, Organisation]:
    return {one.pk: one for condition in conditions for one in rows.filter(condition).order_by()[:most]}


def _known_as(condition: Q) -> Q:
    return Q(pk__in=OrganisationAlias.objects.filter(condition).order_by().values("organisation"))


def _begins(column: str, words: str) -> Q:
    # SQLite answers a prefix match by reading the whole index, and a range through it; PostgreSQL has an index for the
    # prefix match, and a range under a collation of its own choosing.
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": words, f"{column}__lt": words + _LAST_SIGN})
    return Q(**{f"{column}__startswith": words})
