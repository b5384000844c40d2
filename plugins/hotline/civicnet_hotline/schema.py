"""The hotline in GraphQL: categories for everybody, cases for those who may see them, two mutations for portals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import graphene
from django.db.models import TextChoices
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLResolveInfo

from civicnet.contract import Actor, CivicNetError, Fragment, NotFound
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.core import Node
from civicnet_hotline.models import Action, Case, CaseState, Group, ReturnReason, Source
from civicnet_hotline.models.case import open311_status
from civicnet_hotline.selectors import open_categories, steps_of, visible_case, visible_cases
from civicnet_hotline.services import Caller, Place, submit_case, withdraw_case

CASE_COLUMNS = (
    "id",
    "number",
    "state",
    "category__code",
    "category__name",
    "description",
    "address",
    "address_id",
    "grid_code",
    "post_label",
    "organisation__code",
    "requested_at",
    "updated_at",
    "due_at",
    "reply",
)
CATEGORY_COLUMNS = ("id", "code", "name", "description", "keywords", "group")
STEP_COLUMNS = ("case_id", "at", "action", "from_state", "to_state", "reason", "note")


def _enum(name: str, choices: type[TextChoices], meaning: str) -> Any:
    # graphene asks once for the enum itself, with None, and once for each value.
    pairs = [(one.name, one.value) for one in choices]
    return graphene.Enum(name, pairs, description=lambda one: meaning if one is None else None)


HotlineState = _enum("HotlineState", CaseState, "Where a case stands.")
HotlineAction = _enum("HotlineAction", Action, "What was done in a step.")
HotlineGroup = _enum("HotlineGroup", Group, "What kind of request it is; the due date follows from it.")
HotlineReturnReason = _enum("HotlineReturnReason", ReturnReason, "Why a receiver sent a case back.")


class StepBook:
    """The steps of all cases of an answer, read by one statement when the first of them is asked for."""

    def __init__(self, case_ids: list[int]) -> None:
        self.case_ids = case_ids

    @cached_property
    def pages(self) -> dict[int, list[dict[str, Any]]]:
        """Steps by case."""
        pages: dict[int, list[dict[str, Any]]] = {pk: [] for pk in self.case_ids}
        for step in steps_of(self.case_ids).values(*STEP_COLUMNS):
            pages[step["case_id"]].append(step)
        return pages


class HotlineCategory(graphene.ObjectType):
    """A kind of request that residents can choose."""

    class Meta:
        interfaces = (Node,)

    code = graphene.String(required=True)
    name = graphene.String(required=True)
    description = graphene.String(required=True)
    keywords = graphene.String(required=True)
    group = graphene.Field(HotlineGroup, required=True)


class HotlineStep(graphene.ObjectType):
    """One step of a case. Who took it stays with the platform."""

    at = graphene.DateTime(required=True)
    action = graphene.Field(HotlineAction, required=True)
    from_state = graphene.Field(HotlineState)
    to_state = graphene.Field(HotlineState, required=True)
    reason = graphene.Field(HotlineReturnReason, description="Only where a case was sent back.")
    note = graphene.String(required=True)

    @staticmethod
    def resolve_from_state(step: dict[str, Any], info: GraphQLResolveInfo) -> str | None:
        """The first step comes from nowhere."""
        return step["from_state"] or None

    @staticmethod
    def resolve_reason(step: dict[str, Any], info: GraphQLResolveInfo) -> str | None:
        """Most steps have none."""
        return step["reason"] or None


class HotlineCase(graphene.ObjectType):
    """A resident's request and its record. Callers are never part of it."""

    class Meta:
        interfaces = (Node,)

    number = graphene.String(required=True)
    state = graphene.Field(HotlineState, required=True)
    open311_status = graphene.String(required=True, description="“open” or “closed”, as GeoReport v2 has it.")
    category = graphene.String(required=True, description="The category's code.")
    category_name = graphene.String(required=True)
    description = graphene.String(required=True)
    address = graphene.String(required=True)
    address_id = graphene.String(required=True)
    organisation_code = graphene.String(description="The community it was routed to.")
    grid_code = graphene.String(required=True)
    post_label = graphene.String(required=True)
    requested_at = graphene.DateTime(required=True)
    updated_at = graphene.DateTime(required=True)
    due_at = graphene.DateTime(required=True)
    reply = graphene.String(required=True)
    steps = graphene.List(graphene.NonNull(HotlineStep), required=True)

    @staticmethod
    def resolve_open311_status(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """Open or closed."""
        return open311_status(row["state"])

    @staticmethod
    def resolve_category(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The code."""
        code: str = row["category__code"]
        return code

    @staticmethod
    def resolve_category_name(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The name."""
        name: str = row["category__name"]
        return name

    @staticmethod
    def resolve_organisation_code(row: dict[str, Any], info: GraphQLResolveInfo) -> str | None:
        """The community's division code."""
        code: str | None = row["organisation__code"]
        return code

    @staticmethod
    def resolve_steps(row: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """Oldest first."""
        book: StepBook = row["book"]
        return book.pages[row["id"]]


class HotlineError(graphene.ObjectType):
    """Why a mutation changed nothing."""

    code = graphene.String(required=True)
    field = graphene.String(description="The input field at fault, if one is.")
    message = graphene.String(required=True)


class Query:
    """Root fields for reading."""

    hotline_categories = ConnectionField(HotlineCategory)
    hotline_cases = ConnectionField(HotlineCase, state=graphene.Argument(HotlineState))
    hotline_case = graphene.Field(HotlineCase, number=graphene.String(required=True))

    @staticmethod
    def resolve_hotline_categories(root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None) -> Page:
        """All open ones, by code."""
        return paginate(open_categories(), columns=CATEGORY_COLUMNS, order=("code", "id"), first=first, after=after)

    @staticmethod
    def resolve_hotline_cases(
        root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None, state: Any = None
    ) -> Page:
        """Newest first, of those the caller may see."""
        cases = visible_cases(info.context.actor)
        if state is not None:
            cases = cases.filter(state=state.value)
        page = paginate(cases, columns=CASE_COLUMNS, order=("-requested_at", "-id"), first=first, after=after)
        _with_book(page.rows)
        return page

    @staticmethod
    def resolve_hotline_case(root: Any, info: GraphQLResolveInfo, number: str) -> dict[str, Any] | None:
        """One case, or null when there is none that the caller may know of."""
        return _row(info.context.actor, number=number)


class HotlineSubmitCaseInput(graphene.InputObjectType):
    """A request as a portal hands it in: what, and where in at least one of three ways."""

    category = graphene.String(required=True)
    description = graphene.String(required=True)
    address = graphene.String(default_value="")
    address_id = graphene.String(default_value="")
    latitude = graphene.Float()
    longitude = graphene.Float()
    caller_name = graphene.String(default_value="")
    caller_phone = graphene.String(default_value="")


class HotlineSubmitCase(graphene.Mutation):
    """Submits a case; the same words about the same place within an hour give the case that is there already."""

    class Meta:
        name = "HotlineSubmitCasePayload"

    class Arguments:
        input = HotlineSubmitCaseInput(required=True)

    case = graphene.Field(HotlineCase)
    errors = graphene.List(graphene.NonNull(HotlineError), required=True)

    @staticmethod
    def mutate(root: Any, info: GraphQLResolveInfo, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        """Call the service."""
        actor: Actor = info.context.actor
        try:
            case = submit_case(
                actor=actor,
                source=Source.PORTAL,
                category=input["category"],
                description=input["description"],
                place=Place(
                    address=input["address"] or "",
                    address_id=input["address_id"] or "",
                    latitude=input.get("latitude"),
                    longitude=input.get("longitude"),
                ),
                caller=Caller(name=input["caller_name"] or "", phone=input["caller_phone"] or ""),
            )
        except CivicNetError as error:
            return _failed(error)
        return _done(actor, case)


class HotlineWithdrawCase(graphene.Mutation):
    """Takes a request back before it is answered."""

    class Meta:
        name = "HotlineWithdrawCasePayload"

    class Arguments:
        number = graphene.String(required=True)
        reason = graphene.String(default_value="")

    case = graphene.Field(HotlineCase)
    errors = graphene.List(graphene.NonNull(HotlineError), required=True)

    @staticmethod
    def mutate(root: Any, info: GraphQLResolveInfo, number: str, reason: str = "") -> dict[str, Any]:
        """Call the service."""
        actor: Actor = info.context.actor
        try:
            case = withdraw_case(actor=actor, case=visible_case(actor, number), reason=reason or "")
        except CivicNetError as error:
            return _failed(error)
        return _done(actor, case)


class Mutation:
    """Root fields for writing."""

    hotline_submit_case = HotlineSubmitCase.Field(required=True)
    hotline_withdraw_case = HotlineWithdrawCase.Field(required=True)


def fragment() -> Fragment:
    """The hotline's part of the schema."""
    return Fragment(
        query=Query,
        mutation=Mutation,
        nodes={"HotlineCase": lambda actor, pk: _row(actor, pk=pk), "HotlineCategory": _category_row},
    )


def _row(actor: Actor, **which: Any) -> dict[str, Any] | None:
    row = visible_cases(actor).filter(**which).values(*CASE_COLUMNS).first()
    return _with_book([row])[0] if row is not None else None


def _category_row(actor: Actor, pk: int) -> dict[str, Any] | None:
    row: dict[str, Any] | None = open_categories().filter(pk=pk).values(*CATEGORY_COLUMNS).first()
    return row


def _with_book(rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    book = StepBook([row["id"] for row in rows])
    for row in rows:
        row["book"] = book
    return rows


def _done(actor: Actor, case: Case) -> dict[str, Any]:
    row = _row(actor, pk=case.pk)
    if row is None:
        raise NotFound()
    return {"case": row, "errors": []}


def _failed(error: CivicNetError) -> dict[str, Any]:
    field = to_camel_case(error.field) if error.field else None
    return {"case": None, "errors": [{"code": error.code, "field": field, "message": str(error)}]}
