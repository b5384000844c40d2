"""The register: one name for what is asked, whoever asks; what is not in order with it is said before anybody is asked."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core import checks
from django.utils import translation

from civicnet.contract import DataElement, hookimpl
from civicnet.exchange.cells import TextWidget
from civicnet.exchange.elements import register, register_problems, uses
from civicnet.exchange.resource import Column, ImportResource


def element(key, **more):
    return DataElement(key=key, label=key, definition="Something.", **more)


class Holder:
    """A plugin that declares elements."""

    def __init__(self, *elements):
        self.data_elements = hookimpl(lambda: list(elements))


class NotesResource(ImportResource):
    """Notes about teams."""

    key = "notes.list"
    label = "Notes"
    permission = "auth.add_group"

    team = Column(column_name="队名", label="Team", widget=TextWidget(), element="team.nmae")


class Asker:
    """A plugin that asks for an element under a name that nobody declares."""

    @hookimpl
    def resources(self):
        return [NotesResource]


def test_elements_of_the_host_stand_beside_those_of_plugins_that_are_on(plug, toggle, db):
    plug("teams", Holder(element("team.name")))

    assert register()["organisation.code"].plugin == ""
    assert register()["team.name"].plugin == "teams"

    toggle("teams", False)
    assert "team.name" not in register() and "organisation.code" in register()


def test_the_first_who_declares_an_element_has_it_and_the_second_is_a_problem(plug, db):
    plug("teams", Holder(element("team.name")))
    plug("others", Holder(element("team.name"), element("organisation.code")))

    assert register()["team.name"].plugin == "teams"
    assert register()["organisation.code"].plugin == ""
    assert [(one.id, one.msg) for one in register_problems()] == [
        (
            "civicnet.exchange.E001",
            "The data element organisation.code is declared more than once: by the host and by others.",
        ),
        ("civicnet.exchange.E001", "The data element team.name is declared more than once: by teams and by others."),
    ]


def test_an_element_that_nobody_declares_is_a_problem_with_a_guess(plug, db):
    plug("teams", Holder(element("team.name")))
    plug("notes", Asker())

    [problem] = register_problems()
    assert problem.msg == "notes.list: team fills the data element team.nmae, which nobody declares."
    assert problem.hint == "Did you mean team.name?"


@pytest.mark.parametrize(("policy", "level"), [("strict", checks.ERROR), ("quarantine", checks.WARNING)])
def test_a_slip_stops_a_strict_host_only(plug, settings, policy, level):
    settings.CIVICNET_LOAD_POLICY = policy
    plug("notes", Asker())

    assert [one.level for one in register_problems()] == [level]


def test_whoever_asks_is_known_with_the_words_of_the_columns(plug, db):
    plug("notes", Asker())

    found = next(one for one in uses() if one.key == "notes.list")
    assert dict(found.elements) == {"team": "team.nmae"}
    assert {"队名", "Team"} <= set(found.words["team"])


@pytest.mark.parametrize(
    ("key", "more", "sentence"),
    [
        ("phone", {}, "a key reads like"),
        ("Worker.phone", {}, "a key reads like"),
        ("a.b", {"held_by": "the roster"}, "who holds it and which rows"),
        ("a.b", {"holder": lambda paths: Group.objects.all()}, "who holds it and which rows"),
        ("a.b", {"fresh_days": 0}, "for a day at least"),
    ],
)
def test_an_element_that_says_half_is_none(key, more, sentence):
    with pytest.raises(ValueError, match=sentence):
        element(key, **more)


def test_hosts_elements_are_told_in_the_readers_language(db):
    with translation.override("en"):
        assert str(register()["organisation.code"].element.label) == "Code of an organisation"
