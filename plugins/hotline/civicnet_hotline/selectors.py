"""What of the hotline an actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from civicnet.access.models import Organisation
from civicnet.access.scope import subtree, under, within
from civicnet.contract import Actor, NotFound
from civicnet.exchange.permissions import borne_within
from civicnet.ledger.among import Among
from civicnet_hotline.errors import UnknownCategory
from civicnet_hotline.models import Case, CaseState, CaseStep, Category, Group, Source
from civicnet_hotline.models.states import OPEN_STATES
from civicnet_hotline.permissions import DISPATCH, FOLLOW_UP, VIEW, holds_at_city_level

# A case knows its grid by the code alone.
GRID = "grid.grid:"


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Cases that the actor may see.

    A portal sees what it submitted. A person sees what lies on their desk, what was routed to an area where they may view
    cases, and, if they dispatch for the whole city, what was routed nowhere. Nobody else sees any.
    """
    if actor.kind == "system":
        return Case.objects.all()
    if actor.kind == "client":
        return Case.objects.filter(client_id=int(actor.id)) if actor.may(VIEW) else Case.objects.none()
    if actor.kind != "staff":
        return Case.objects.none()
    seen = Q(assignee_id=int(actor.id)) | within(actor, VIEW)
    if holds_at_city_level(actor, DISPATCH):
        seen |= Q(organisation__isnull=True)
    return Case.objects.filter(seen)


def visible_case(actor: Actor, number: str) -> Case:
    """One case by its number.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    case = visible_cases(actor).select_related("category", "organisation").filter(number=number).first()
    if case is None:
        raise NotFound()
    return case


def desk_cases(actor: Actor) -> QuerySet[Case]:
    """What waits on the actor's own desk: new ones first, then by due date."""
    mine = visible_cases(actor).filter(assignee_id=int(actor.id) if actor.kind == "staff" else None)
    waiting = mine.filter(state__in=[CaseState.DISPATCHED, CaseState.SIGNED_FOR])
    return waiting.select_related("category").order_by("state", "due_at", "id")


def case_of_token(token: str) -> Case:
    """The case whose progress page this token opens: whoever holds it may follow the case.

    Raises:
        NotFound: no case has this token.
    """
    case = Case.objects.select_related("category").filter(token=token).first()
    if case is None:
        raise NotFound()
    return case


def steps_of(case_ids: list[int]) -> QuerySet[CaseStep]:
    """The steps of cases that a caller has already been found to see, oldest first."""
    return CaseStep.objects.filter(case_id__in=case_ids).order_by("id")


def communities_with_cases(actor: Actor) -> QuerySet[Organisation]:
    """Communities to which cases that the actor may see were routed."""
    routed = visible_cases(actor).exclude(organisation__isnull=True)
    found: QuerySet[Organisation] = Organisation.objects.filter(pk__in=routed.order_by().values("organisation"))
    return found.order_by("path")


def open_categories() -> QuerySet[Category]:
    """What residents and portals may choose from; public."""
    return Category.objects.filter(active=True)


def known_codes() -> set[str]:
    """Codes of all categories, closed ones included."""
    return set(Category.objects.values_list("code", flat=True))


def open_category_of(code: str) -> Category:
    """One open category by its code.

    Raises:
        UnknownCategory: there is none.
    """
    category = open_categories().filter(code=code).first()
    if category is None:
        raise UnknownCategory()
    return category


def category_of_reports() -> Category | None:
    """The category of errors on our websites: an open one if there is one, else one that was closed."""
    return Category.objects.filter(group=Group.CORRECTION).order_by("-active", "pk").first()


def open_reports(most: int) -> QuerySet[Case]:
    """Errors on our pages that nobody has answered yet, what is due first; told to those who answer for the pages."""
    waiting = Case.objects.filter(category__group=Group.CORRECTION, state__in=OPEN_STATES)
    return waiting.exclude(state=CaseState.REPLIED).order_by("due_at", "pk")[:most]


def is_jurisdiction(code: str) -> bool:
    """Whether we answer for this division: the roots of the organisations' tree are our jurisdictions."""
    return bool(Organisation.get_root_nodes().filter(code=code).exists())


def cases_to_dispatch(actor: Actor) -> QuerySet[Case]:
    """Cases that wait for this dispatcher to choose a post."""
    if not actor.may(DISPATCH):
        return Case.objects.none()
    return visible_cases(actor).filter(state__in=[CaseState.TO_DISPATCH, CaseState.RETURNED])


def open_cases_under(path: str) -> QuerySet[Case]:
    """Cases at an organisation's path or below that are not over; asked by the host before it closes."""
    return Case.objects.filter(subtree(path), state__in=OPEN_STATES)


def overdue_without_post(now: datetime) -> QuerySet[Case]:
    """Cases past their deadline that still wait for somebody to choose a post."""
    return Case.objects.filter(state__in=[CaseState.TO_DISPATCH, CaseState.RETURNED], due_at__lt=now)


def cases_to_follow_up(actor: Actor) -> QuerySet[Case]:
    """Answered cases whose residents this actor asks back."""
    return Case.objects.filter(within(actor, FOLLOW_UP), state=CaseState.REPLIED)


def cases_with_a_phone_under(paths: Sequence[str]) -> QuerySet[Case]:
    """Cases under organisations whose callers left a number: to be counted for the register, and shown to nobody."""
    return Case.objects.filter(under(paths)).exclude(caller_phone_index="")


def filled_in_by_hand(actor: Actor, since: datetime) -> tuple[int, dict[str, int]]:
    """How many requests people wrote here since then, and how many steps of each action people took.

    As far as the actor may see burdens; two statements.
    """
    requests = Case.objects.filter(
        borne_within(actor), requested_at__gte=since, source__in=(Source.WEB, Source.PHONE)
    ).count()
    steps = CaseStep.objects.filter(
        borne_within(actor, field="case__organisation"), at__gte=since, actor_kind="staff"
    ).order_by()
    return requests, dict(steps.values_list("action").annotate(Count("pk")))


def completed_by_month(*, months: int) -> list[tuple[str, int]]:
    """How many cases of the whole city were completed in each of the last months, this one included, by ``2026-08``.

    Sums that everybody may read; one statement.
    """
    today = timezone.localdate()
    ordinals = [today.year * 12 + today.month - 1 - back for back in reversed(range(months))]
    firsts = [date(ordinal // 12, ordinal % 12 + 1, 1) for ordinal in ordinals]
    since = timezone.make_aware(datetime.combine(firsts[0], datetime.min.time()))
    completed = Case.objects.filter(state=CaseState.COMPLETED, updated_at__gte=since).order_by()
    counted = completed.annotate(month=TruncMonth("updated_at")).values("month").annotate(n=Count("pk"))
    found = {row["month"].date(): row["n"] for row in counted}
    return [(f"{first:%Y-%m}", found.get(first, 0)) for first in firsts]


def subjects_of_cases(subjects: Collection[str]) -> list[str]:
    """Which of these posts, pages and grids (``grid.grid:<code>``) a case names, whoever may see it. One statement."""
    codes = {one.removeprefix(GRID): one for one in subjects if one.startswith(GRID)}
    cases = Case.objects.order_by()
    posts = cases.filter(Among("post_key", subjects)).values_list("post_key", flat=True)
    pages = cases.filter(Among("address_id", subjects)).values_list("address_id", flat=True)
    grids = cases.filter(Among("grid_code", codes)).values_list("grid_code", flat=True)
    return [codes.get(one, one) for one in posts.union(pages, grids)]
