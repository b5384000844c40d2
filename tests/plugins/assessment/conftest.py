"""What assessment tests stand on: a stand-in plugin that knows three people, and an open form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation, User
from civicnet.contract import Actor, hookimpl
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.registry import registry
from civicnet_assessment.models import AssessmentForm, Method
from civicnet_assessment.services import NewItem, open_form

ITEMS = [
    NewItem("visits", "入户走访", Decimal(40), Method.ON_SITE_CHECK),
    NewItem("report", "述职", Decimal("20.5"), Method.SELF_REPORT),
]


@dataclass(frozen=True)
class Person:
    """A subject of the stand-in plugin."""

    key: str
    label: str
    organisation_id: int
    user_id: int | None = None


class Register:
    """Answers the three hooks from a list, and shows people of the actor's subtree only."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people

    @hookimpl(optionalhook=True)
    def assessment_subjects(self, actor: Actor, search: str) -> list[Person]:
        """Those whose label holds the search."""
        return [one for one in self.people if search in one.label and self._visible(actor, one)]

    @hookimpl(optionalhook=True)
    def assessment_subject(self, actor: Actor, key: str) -> Person | None:
        """The one with the key."""
        return next((one for one in self.people if one.key == key and self._visible(actor, one)), None)

    @hookimpl(optionalhook=True)
    def assessment_subjects_numbered(
        self, actor: Actor, numbers: Collection[str], keys: Collection[str]
    ) -> dict[str, Person]:
        """Person ``test:1`` has the number T1."""
        numbered = {f"T{one.key[5:]}": one for one in self.people if self._visible(actor, one)}
        return {number: one for number, one in numbered.items() if number in numbers or one.key in keys}

    def link(self, key: str, user: User) -> None:
        """Give somebody an account."""
        self.people = [replace(one, user_id=user.pk) if one.key == key else one for one in self.people]

    def _visible(self, actor: Actor, person: Person) -> bool:
        place = Organisation.objects.filter(pk=person.organisation_id)
        paths = actor.paths("civicnet_assessment.add_assessment")
        return actor.kind == "system" or any(place.filter(path__startswith=path).exists() for path in paths)


@pytest.fixture
def register(city: dict[str, Organisation], plugins_on: None) -> Iterator[Register]:
    """People: 演示甲 and 演示乙 in 红旗社区, 演示丙 in 三道河村委会."""
    found = Register(
        [
            Person("test:1", "演示甲", city["222403001001"].pk),
            Person("test:2", "演示乙", city["222403001001"].pk),
            Person("test:3", "演示丙", city["222403100200"].pk),
        ]
    )
    manifest = replace(registry.manifests["assessment"], slug="register", prefix="register", urls=(), hookspecs="")
    registry.add(manifest, found)
    PluginState.objects.create(slug="register", enabled=True)
    yield found
    registry.remove("register")


@pytest.fixture
def form(city: dict[str, Organisation]) -> AssessmentForm:
    """A form of the city's, open today."""
    today = timezone.localdate()
    return open_form(
        year=2026,
        title="2026 年度考核",
        organisation=city["222403"],
        opens=today - timedelta(days=1),
        closes=today + timedelta(days=1),
        items=ITEMS,
        actor=SYSTEM,
    )


@pytest.fixture
def opened(city: dict[str, Organisation]) -> Callable[..., AssessmentForm]:
    """Opens a form with some things other than usual."""

    def make(**given: object) -> AssessmentForm:
        usual: dict[str, object] = {
            "year": 2026,
            "title": "演示考核",
            "organisation": city["222403001"],
            "opens": date(2026, 1, 1),
            "closes": date(2026, 12, 31),
            "items": ITEMS,
            "actor": SYSTEM,
        }
        return open_form(**{**usual, **given})

    return make
