"""Health: what plugins that are on say of themselves."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from civicnet.contract import Problem, hookimpl
from civicnet.lifecycle.health import problems
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db


class Ill:
    """A plugin with one problem."""

    @hookimpl
    def health(self) -> list[Problem]:
        return [Problem("The tank is empty: fill it.", "/tank/")]


class Well:
    """A plugin without any."""

    @hookimpl
    def health(self) -> list[Problem]:
        return []


class Speechless:
    """A plugin that cannot say how it is."""

    @hookimpl
    def health(self) -> list[Problem]:
        raise ValueError("broken on purpose")


def test_problems_are_told_by_plugin(plug: Plug) -> None:
    plug("ill", Ill())
    plug("well", Well())
    plug("asleep", Ill(), on=False)

    found = problems()

    assert found["ill"] == [Problem("The tank is empty: fill it.", "/tank/")]
    assert not {"well", "asleep"} & found.keys()


def test_not_to_be_able_to_say_is_a_problem_itself(plug: Plug) -> None:
    plug("speechless", Speechless())

    with translation.override("en"):
        [problem] = problems()["speechless"]

    assert problem.serious
    assert str(problem.message).startswith("It cannot say how it is.")


def test_the_health_of_the_bundled_plugins_costs_few_statements(city: object) -> None:
    with CaptureQueriesContext(connection) as asked:
        problems()

    # Grids 1, forms 1, columns 4, categories and cases 2, and one for the picture of the switches.
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"] and "lifecycle" not in one["sql"]]) <= 8
