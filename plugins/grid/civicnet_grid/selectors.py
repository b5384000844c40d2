"""What an actor may see of grids: one door for screens, GraphQL, export and hooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from civicnet.access.division_codes import Numbered
from civicnet.access.models import Organisation
from civicnet.access.scope import covers, subtree, under, within
from civicnet.contract import Actor
from civicnet.exchange.permissions import borne_within
from civicnet.ledger.among import Among
from civicnet.ledger.selectors import deeds_by_people
from civicnet_grid.duty import nearest_on_duty
from civicnet_grid.models import Absence, Grid, Post, Worker
from civicnet_grid.models.grid import GRID_OWNERS
from civicnet_grid.models.post import held_on
from civicnet_grid.permissions import ADD_GRID, IMPORT_ROSTER, VIEW_ABSENCE, VIEW_GRID, VIEW_POST, VIEW_WORKER


def visible_grids(actor: Actor) -> QuerySet[Grid]:
    """Grids of the actor's organisations; of nobody in particular, none."""
    return Grid.objects.filter(within(actor, VIEW_GRID))


def grids_with_codes(codes: Iterable[str], on: date) -> QuerySet[Grid]:
    """Grids that somebody who writes for readers has named, as far as they exist on a day.

    A grid's code, name and place hang on its notice board: they are for everybody.
    """
    there = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return Grid.objects.filter(there, code__in=codes).select_related("organisation")


def owners_of_grids(codes: Iterable[str]) -> dict[str, Numbered]:
    """The communities and villages to which the grids with these codes belong, by grid code: facts for everybody, as above."""
    facts = [f"organisation__{name}" for name in Numbered._fields]
    found = Grid.objects.filter(Among("code", codes)).order_by().values_list("code", *facts)
    return {code: Numbered(*owner) for code, *owner in found}


def outside_of(actor: Actor, codes: Iterable[str]) -> dict[str, str]:
    """Of the grids with these codes those where the actor may not import rosters, each with its organisation's path."""
    owners = owners_of_grids(codes)
    return {code: one.path for code, one in owners.items() if not covers(actor, IMPORT_ROSTER, one.path)}


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """Posts of the actor's organisations, past ones included."""
    return Post.objects.filter(within(actor, VIEW_POST, field="grid__organisation"))


def visible_people(actor: Actor) -> QuerySet[Post]:
    """Posts whose holders' names the actor may see as well."""
    return visible_posts(actor).filter(within(actor, VIEW_WORKER, field="worker__organisation"))


def roster_of(actor: Actor, on: date) -> QuerySet[Post]:
    """Posts held on a day whose holders' names the actor may see.

    Who was put elsewhere, or replaced, on the very first day would stand there beside what is true by then, and is left out.
    """
    brief = Q(valid_from=on, valid_to=on)
    others = Post.objects.filter(held_on(on)).exclude(brief)
    slot = {name: OuterRef(name) for name in ("grid", "level", "seat", "duty")}
    replaced = Exists(others.filter(worker=OuterRef("worker"))) | Exists(others.filter(**slot))
    return visible_people(actor).filter(held_on(on)).exclude(brief & replaced)


def visible_workers(actor: Actor) -> QuerySet[Worker]:
    """Workers of the actor's organisations."""
    return Worker.objects.filter(within(actor, VIEW_WORKER))


def visible_absences(actor: Actor) -> QuerySet[Absence]:
    """Absences in the actor's organisations."""
    return Absence.objects.filter(within(actor, VIEW_ABSENCE, field="post__grid__organisation"))


def in_subtree(grids: QuerySet[Grid], organisation: Organisation) -> QuerySet[Grid]:
    """Those of the grids that belong to an organisation or to one below it."""
    return grids.filter(organisation__in=Organisation.get_tree(organisation))


def grids_kept_under(path: str, on: date) -> QuerySet[Grid]:
    """Grids at an organisation's path or below that are in force after a day; asked by the host before it closes."""
    return Grid.objects.filter(subtree(path)).exclude(valid_to__lte=on)


def unattended(grids: QuerySet[Grid], on: date) -> QuerySet[Grid]:
    """Those of the grids in force on a day in which no post has anybody on duty then."""
    away = Absence.objects.filter(post=OuterRef("pk"), first_day__lte=on, last_day__gte=on)
    there = Post.objects.filter(held_on(on), ~Exists(away), grid=OuterRef("pk"))
    return grids.exclude(valid_to__lt=on).exclude(valid_from__gt=on).filter(~Exists(there))


def townships_with_grids(actor: Actor) -> QuerySet[Organisation]:
    """The subdistricts, towns and units above the grids the actor may see: what a list is narrowed by."""
    paths = visible_grids(actor).order_by().values_list("organisation__path", flat=True).distinct()
    above = {path[: -Organisation.steplen] for path in paths}
    townships: QuerySet[Organisation] = Organisation.objects.filter(path__in=above)
    return townships.order_by("path")


def places_for_grids(actor: Actor) -> QuerySet[Organisation]:
    """The communities and villages in which the actor may open grids: those that are open."""
    here = Q(pk__in=[])
    for path in actor.paths(ADD_GRID):
        here |= Q(path__startswith=path)
    places: QuerySet[Organisation] = _open_places().filter(here)
    return places.order_by("path")


def places_to_import(actor: Actor) -> dict[str, str]:
    """Codes and names of the open communities and villages whose rosters the actor may import."""
    places = _open_places().filter(within(actor, IMPORT_ROSTER, field=""))
    return dict(places.values_list("code", "name"))


def _open_places() -> QuerySet[Organisation]:
    there = Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate())
    places: QuerySet[Organisation] = Organisation.objects.filter(there, kind__in=GRID_OWNERS)
    return places


def served_grids(actor: Actor, on: date) -> QuerySet[Grid]:
    """Grids in which the actor holds a post on a day: a worker sees them without any other permission."""
    if actor.kind != "staff":
        return Grid.objects.none()
    held = Post.objects.filter(held_on(on), worker__user_id=actor.id)
    return Grid.objects.filter(pk__in=held.values("grid")).select_related("organisation")


def team(grids: Iterable[int] | QuerySet[Grid], on: date) -> QuerySet[Post]:
    """The posts held in these grids on a day, each with ``away``; in the order of a notice board. One statement."""
    absent = Absence.objects.filter(post=OuterRef("pk"), first_day__lte=on, last_day__gte=on)
    return (
        Post.objects.filter(held_on(on), grid__in=grids)
        .annotate(absent_then=Exists(absent))
        .select_related("grid")
        .order_by("grid__code", "level", "seat", "-duty", "valid_from", "pk")
    )


def duty_posts(grids: Iterable[int] | QuerySet[Grid], on: date) -> dict[int, Post]:
    """Per grid the post on duty on a day; a grid where nobody is, is left out. One statement."""
    posts = team(grids, on).select_related("grid", "worker").defer("worker__id_number", "worker__phone")
    return nearest_on_duty(posts)


def duty_post(grid: Grid, on: date | None = None) -> Post | None:
    """The post on duty in a grid, today unless told, or None if everybody is away."""
    return duty_posts([grid.pk], on or timezone.localdate()).get(grid.pk)


def find_workers(actor: Actor, search: str) -> QuerySet[Worker]:
    """Workers the actor may see, by name, number, or the name of their community."""
    words = Q()
    for word in search.split():
        words &= Q(name__icontains=word) | Q(number__icontains=word) | Q(organisation__name__icontains=word)
    return visible_workers(actor).filter(words).select_related("organisation").defer("id_number", "phone")


def workers_under(paths: Sequence[str]) -> QuerySet[Worker]:
    """What the roster holds under organisations: to be counted for the register of data elements, and shown to nobody."""
    return Worker.objects.filter(under(paths))


def grids_under(paths: Sequence[str]) -> QuerySet[Grid]:
    """The same of grids."""
    return Grid.objects.filter(under(paths))


def counted_grids_under(paths: Sequence[str]) -> QuerySet[Grid]:
    """The same of grids whose households are known."""
    return grids_under(paths).filter(households__isnull=False)


def posts_under(paths: Sequence[str]) -> QuerySet[Post]:
    """The same of posts, past ones included."""
    return Post.objects.filter(under(paths, field="grid__organisation__path"))


def handed_in(actor: Actor, since: datetime) -> dict[str, int]:
    """How often people handed in a form since then, by the deed that it is, as far as the actor may see burdens."""
    return deeds_by_people(
        since,
        among={
            "grid.open_grid": Grid.objects.filter(borne_within(actor)),
            "grid.record_absence": Absence.objects.filter(borne_within(actor, field="post__grid__organisation")),
            "grid.end_post": Post.objects.filter(borne_within(actor, field="grid__organisation")),
            "grid.link_user": Worker.objects.filter(borne_within(actor)),
        },
    )
