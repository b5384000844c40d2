"""A schema whose resolvers and rows do whatever code can do wrong, the same for whoever asks at the same place."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import graphene
from django.db.models import TextChoices
from django.utils.functional import SimpleLazyObject
from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema, Undefined

from civicnet.contract import InvalidInput


@dataclass
class Asking:
    """A run's context: what its places hold is drawn from the seed, and every call of a resolver is told on the tape."""

    seed: int
    tape: list[Any] = field(default_factory=list)

    def random(self, info: GraphQLResolveInfo) -> Random:
        return Random(f"{self.seed} {info.path.as_list()}")

    def tell(self, what: str, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> None:
        """All that a resolver is given, for the two runs to be held against each other."""
        steps, step = [], info.path
        while step is not None:
            steps.append((type(step).__name__, step.key, step.typename))
            step = step.prev
        nodes = [node.loc.start for node in info.field_nodes]
        given = str(info.return_type), info.parent_type.name, sorted(info.fragments), sorted(info.variable_values)
        same = info.context is self, info.operation.loc.start, info.schema.query_type.name, info.is_awaitable.__name__
        self.tape.append((what, info.field_name, nodes, steps, given, same, repr(info.root_value), repr(arguments)))


class Plain:
    """A row with attributes."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)

    def __repr__(self) -> str:
        return "<Plain>"


class Raising(Plain):
    """A row whose texts cannot be read."""

    @property
    def text(self) -> str:
        raise LookupError("no text here")

    @text.setter
    def text(self, value: Any) -> None: ...


class Rows(dict):
    """A dict that is not only a dict."""

    def get(self, name: str, missing: Any = None) -> Any:
        if name == "number":
            raise KeyError(name)
        return super().get(name, missing)


class Text(str):
    """A str that is not only a str."""


class Named:
    """Something that is nothing but its text."""

    def __str__(self) -> str:
        return "named"

    def __repr__(self) -> str:
        return "<Named>"


class Kind(enum.Enum):
    """One member's value is another's name."""

    NEWS = "news"
    NOTICE = "NEWS"
    OTHER = 3


class Grade(TextChoices):
    """As models have them."""

    GOOD = "good", "Good"
    POOR = "poor", "Poor"


class Moody(graphene.Scalar):
    """Serializes as it pleases."""

    @staticmethod
    def serialize(value: Any) -> Any:
        if value == "raise":
            raise ValueError("in no mood")
        return {"none": None, "undefined": Undefined, "named": {"deep": [Named.__name__]}}.get(str(value), str(value))

    @staticmethod
    def parse_value(value: Any) -> Any:
        return [value]

    @staticmethod
    def parse_literal(node: Any, variables: Any = None) -> Any:
        return [getattr(node, "value", None), sorted(variables or {})]


def _generated(count: int) -> Any:
    yield from range(count)
    raise RuntimeError("the list broke off")


def _called(*given: Any, **arguments: Any) -> str:
    return "called"


ODD: list[Any] = [
    None, None, None, Undefined, ValueError("returned"), GraphQLError("told", extensions={"code": "TOLD"}), 0, 1, -1, 2**31,
    True, False, 1.5, 2.0, float("nan"), float("inf"), "", "text", "12", b"bytes", [], ["a"], {}, {"id": 1}, (1, 2), {3},
    _called, Named(), Text("sub"), Decimal("2.5"), Decimal(3), date(2026, 1, 2), Kind.NEWS, Grade.GOOD, "news", "NEWS", object,
    "raise", "none", "undefined", "named",
]  # fmt: skip
RIGHT: dict[str, list[Any]] = {
    "id": [1, "a", 7],
    "text": ["one", "two", Text("three")],
    "must": ["one", "two"],
    "number": [0, 7, -3],
    "figure": [1, 2],
    "ratio": [0.5, 1, 2.0],
    "flag": [True, False],
    "surely": [True],
    "at": [datetime(2026, 1, 2, tzinfo=UTC)],
    "day": [date(2026, 1, 2)],
    "kind": ["news", "NEWS", Kind.OTHER, "OTHER", 3],
    "grade": ["good", Grade.POOR, "POOR"],
    "mood": ["x", 1, "named"],
    "key": ["k", 3],
}


def row(rng: Random, depth: int = 0) -> Any:
    """A row, or what came instead of one."""
    if rng.random() < 0.06:
        return rng.choice(ODD)
    values: dict[str, Any] = {
        name: rng.choice(ODD if rng.random() < 0.12 else right) for name, right in RIGHT.items() if rng.random() < 0.96
    }
    values |= {
        "texts": _some(rng, lambda: rng.choice(["a", "b", None, 3, object])),
        "grid": _some(rng, lambda: _some(rng, lambda: 1)),
    }
    values["__typename"] = rng.choice(
        ["HostileRow", "HostileRow", "HostileOther", "HostileOther", "Nothing", "Kind", None, 5]
    )
    if depth < 3:
        values |= {"child": row(rng, depth + 1), "sure": row(rng, depth + 2)}
        values["rows"] = _some(rng, lambda: row(rng, depth + 2))
        values["things"] = _some(rng, lambda: row(rng, depth + 2))
    shape = rng.choice([dict, dict, dict, dict, dict, Rows, Plain, Raising])
    made = shape(values)
    return SimpleLazyObject(lambda: made) if rng.random() < 0.03 else made


def _some(rng: Random, one: Any) -> Any:
    if rng.random() < 0.1:
        return rng.choice(ODD)
    made = [one() for _number in range(rng.randrange(4))]
    return rng.choice([list, list, list, tuple, iter])(made)


def _resolve(what: str) -> Any:
    def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        info.context.tell(what, info, arguments)
        rng = info.context.random(info)
        for given in arguments.values():
            # Whoever gets a list may change it, and the next one must not notice.
            if isinstance(given, list):
                given.append("changed")
        if rng.random() < 0.12:
            raise rng.choice([
                ValueError("raised"), KeyError("key"), InvalidInput("not so", field="by"), AssertionError(),
                GraphQLError("placed", path=["else", "where"]), GraphQLError("told", extensions={"code": "TOLD"}),
            ])  # fmt: skip
        if rng.random() < 0.08:
            return rng.choice(ODD) if rng.random() < 0.8 else _generated(2)
        if what == "text":
            return rng.choice(["a", repr(arguments)])
        return row(rng, 1) if what == "one" else _some(rng, lambda: row(rng, 2))

    return resolve


class Filter(graphene.InputObjectType):
    """Arguments within an argument."""

    words = graphene.List(graphene.NonNull(graphene.String))
    most = graphene.Int(default_value=5)
    deep = graphene.Field(lambda: Filter)


KindType = graphene.Enum.from_enum(Kind)
GradeType = graphene.Enum.from_enum(Grade)
_ARGUMENTS = {
    "by": graphene.Int(default_value=3),
    "words": graphene.List(graphene.String),
    "where": graphene.Argument(Filter),
    "kind": graphene.Argument(KindType, default_value=Kind.NEWS),
    "mood": Moody(),
    "sure": graphene.NonNull(graphene.Boolean, default_value=True),
}


class Thing(graphene.Interface):
    """What rows say of their type decides."""

    key = graphene.ID()
    must = graphene.String(required=True)


class Leaves(graphene.ObjectType):
    """The leaves that all types have."""

    id = graphene.ID(required=True)
    text = graphene.String()
    number = graphene.Int()
    figure = graphene.Int(required=True)
    ratio = graphene.Float()
    flag = graphene.Boolean()
    surely = graphene.Boolean(required=True)
    at = graphene.DateTime()
    day = graphene.Date()
    kind = KindType()
    grade = graphene.Field(GradeType)
    mood = Moody(deprecation_reason="It changes.")
    missing = graphene.String(default_value="left out")
    argued = graphene.String(by=graphene.Int(required=True), sure=graphene.Boolean(required=True, default_value=False))
    texts = graphene.List(graphene.NonNull(graphene.String))
    grid = graphene.List(graphene.List(graphene.NonNull(graphene.Int)), required=True)

    said = graphene.String(_ARGUMENTS, resolver=_resolve("text"))
    said_surely = graphene.String(_ARGUMENTS, required=True, resolver=_resolve("text"))


class HostileRow(Leaves):
    """The type most rows are of."""

    class Meta:
        interfaces = (Thing,)

    child = graphene.Field(lambda: HostileRow)
    sure = graphene.Field(lambda: HostileRow, required=True)
    rows = graphene.List(graphene.NonNull(lambda: HostileRow))
    things = graphene.List(Thing)
    either = graphene.Field(lambda: Either, resolver=_resolve("one"))
    found = graphene.List(lambda: HostileRow, _ARGUMENTS, resolver=_resolve("many"))


class HostileOther(Leaves):
    """Only attributes will do."""

    class Meta:
        interfaces = (Thing,)
        possible_types = (Plain, dict)

    child = graphene.Field(HostileRow)


class Either(graphene.Union):
    """Says a type of its own, or the wrong one."""

    class Meta:
        types = (HostileRow, HostileOther)

    @classmethod
    def resolve_type(cls, source: Any, info: GraphQLResolveInfo) -> Any:
        info.context.tell("type", info, {})
        said = source.get("text") if isinstance(source, dict) else None
        if said == "one":
            raise ValueError("no type")
        return HostileOther if said == "two" else None


class Query(graphene.ObjectType):
    """Everything at once."""

    row = graphene.Field(HostileRow, _ARGUMENTS, resolver=_resolve("one"))
    sure_row = graphene.Field(HostileRow, required=True, resolver=_resolve("one"))
    rows = graphene.List(graphene.NonNull(HostileRow), _ARGUMENTS, resolver=_resolve("many"))
    things = graphene.List(graphene.NonNull(Thing), required=True, resolver=_resolve("many"))
    thing = graphene.Field(Thing, resolver=_resolve("one"))
    eithers = graphene.List(Either, resolver=_resolve("many"))
    root = graphene.String()


class Mutation(graphene.ObjectType):
    """One after the other."""

    change = graphene.Field(HostileRow, _ARGUMENTS, resolver=_resolve("one"))
    say = graphene.String(_ARGUMENTS, required=True, resolver=_resolve("text"))


def hostile_schema() -> GraphQLSchema:
    """The schema."""
    made: GraphQLSchema = graphene.Schema(Query, Mutation, types=[HostileOther]).graphql_schema
    return made
