"""Repeats: whoever develops a plugin is told of a statement for every row, and by which field."""

from __future__ import annotations

import logging
from typing import Any

import graphene
import pytest
from django.contrib.auth.models import Group

from civicnet.contract import Fragment, hookimpl
from civicnet.gateway.connection import ConnectionField, paginate
from civicnet.testing.asking import Ask
from civicnet.testing.switching import Plug


class LonesomeTeam(graphene.ObjectType):
    """A team whose name is read row by row."""

    name = graphene.String(required=True)
    label = graphene.String(required=True)

    @staticmethod
    def resolve_name(row: dict[str, Any], info: Any) -> str:
        return str(Group.objects.get(pk=row["id"]).name)

    @staticmethod
    def resolve_label(row: dict[str, Any], info: Any) -> str:
        return str(row["id"])


class Lonesome:
    """A plugin whose list asks once for every row."""

    class Query:
        lonesome_teams = ConnectionField(LonesomeTeam)

        @staticmethod
        def resolve_lonesome_teams(root: Any, info: Any, **page: Any) -> Any:
            return paginate(Group.objects.all(), columns=["id"], order=("id",), **page)

    @hookimpl
    def graphql(self) -> Fragment:
        return Fragment(query=self.Query)


@pytest.fixture
def warned(plug: Plug, graphql: Ask, caplog: pytest.LogCaptureFixture) -> Any:
    """What is warned of while a query is answered."""
    plug("lonesome", Lonesome())
    Group.objects.all().delete()
    for number in range(5):
        Group.objects.create(name=f"team {number}")

    def ask(query: str) -> list[str]:
        with caplog.at_level(logging.WARNING, logger="civicnet.gateway.repeats"):
            caplog.clear()
            assert "errors" not in graphql(query)
            return [one.getMessage() for one in caplog.records if one.name == "civicnet.gateway.repeats"]

    return ask


def test_a_statement_for_every_row_is_named_with_its_field(warned: Any, settings: Any) -> None:
    settings.CIVICNET_WARN_REPEATS = True

    (message,) = warned("{ lonesomeTeams { nodes { called: name } } }")

    assert message.startswith("lonesomeTeams.nodes.called ran one statement 5 times in one request: SELECT")
    assert "auth_group" in message


def test_what_asks_once_or_thrice_is_not_warned_of(warned: Any, settings: Any) -> None:
    settings.CIVICNET_WARN_REPEATS = True

    assert warned("{ lonesomeTeams { nodes { label } totalCount } }") == []
    assert warned("{ lonesomeTeams(first: 3) { nodes { name } } }") == []


def test_in_production_nothing_is_watched(warned: Any, settings: Any) -> None:
    settings.CIVICNET_WARN_REPEATS = None

    assert warned("{ lonesomeTeams { nodes { name } } }") == []


def test_development_is_watched_unless_told_otherwise(warned: Any, settings: Any) -> None:
    settings.CIVICNET_WARN_REPEATS, settings.DEBUG = None, True
    assert len(warned("{ lonesomeTeams { nodes { name } } }")) == 1

    settings.CIVICNET_WARN_REPEATS = False
    assert warned("{ lonesomeTeams { nodes { name } } }") == []
