"""Grants of a plugin that is off rest: they are kept, and allow nothing; those of the platform stay."""

from __future__ import annotations

from typing import Any

from civicnet.access.actors import SYSTEM, client_actor, staff_actor
from civicnet.access.clients import create_client
from civicnet.access.models import User
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.snapshot import read, using

ENTER, VIEW = "wagtailadmin.access_admin", "civicnet_grid.view_grid"


def test_a_persons_grants_rest_and_come_back(staff: Any) -> None:
    person: User = staff([ENTER, VIEW])
    assert staff_actor(person).permissions == {ENTER, VIEW}

    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    assert staff_actor(person).permissions == {ENTER}
    assert not staff_actor(person).may(VIEW)
    assert staff_actor(person).paths(VIEW) == ()
    assert person.positions.get().role.permissions.filter(codename="view_grid").exists()
    enable_plugin(slug="grid", actor=SYSTEM, reason="test")
    assert staff_actor(person).scopes.keys() == {ENTER, VIEW}


def test_a_portals_scopes_rest_and_come_back(city: Any) -> None:
    client = create_client(name="portal", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)[0]
    held = client_actor(client).permissions
    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    assert VIEW in held
    assert client_actor(client).permissions == frozenset()
    enable_plugin(slug="grid", actor=SYSTEM, reason="test")
    assert client_actor(client).permissions == held


def test_the_picture_in_force_decides(staff: Any) -> None:
    person = staff([VIEW])
    began = read(None)
    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    with using(began):
        assert staff_actor(person).may(VIEW)
    assert not staff_actor(person).may(VIEW)


def test_the_system_keeps_all_for_what_is_held_about_people_does_not_rest() -> None:
    assert SYSTEM.may(VIEW)
