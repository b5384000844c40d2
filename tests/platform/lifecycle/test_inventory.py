"""The inventory: after a migration the database itself knows what each plugin keeps in it."""

from __future__ import annotations

import pytest
import shed
from django.db import connection

from civicnet.lifecycle.inventory import from_json, known_inventory, take_inventory, to_json, write_inventories
from civicnet.lifecycle.models import PluginState

pytestmark = pytest.mark.django_db


def stored(slug: str) -> PluginState | None:
    return PluginState.objects.filter(slug=slug).first()


def test_it_is_kept_once_the_tables_are_there_and_the_plugin_stays_off() -> None:
    with shed.known_as_loaded():
        write_inventories()
        assert stored("shed") is None

        shed.make_tables()
        write_inventories()

    state = stored("shed")
    assert state is not None
    assert (state.enabled, state.last_seen_version) == (False, "1.0")
    kept = known_inventory("shed")
    assert kept is not None
    assert [(table.name, table.link) for table in kept.tables] == [
        ("acme_shed_loan", False),
        ("acme_shed_loan_with_tools", True),
        ("acme_shed_tool", False),
    ]


def test_it_tells_what_points_where_and_by_which_rule() -> None:
    with shed.known_as_loaded():
        loan, _link, tool = take_inventory("shed").tables

    assert [(one.name, one.to, one.on_delete) for one in loan.columns if one.to] == [
        ("tool_id", "acme_shed.tool", "CASCADE"),
        ("person_id", "civicnet_access.user", "CASCADE"),
        ("giver_id", "civicnet_access.user", "SET_NULL"),
    ]
    price = next(one for one in tool.columns if one.name == "price")
    assert (price.kind, price.max_digits, price.decimal_places, price.null) == ("DecimalField", 8, 3, False)
    assert [one.name for one in tool.keys] == ["id"]


def test_an_update_is_kept_once_it_has_been_migrated() -> None:
    shed.make_tables()
    with shed.known_as_loaded():
        write_inventories()
    with shed.schema_changes(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE acme_shed_tool DROP COLUMN weight")

    with shed.known_as_loaded(version="1.1"):
        write_inventories()

    state = stored("shed")
    assert state is not None
    assert state.last_seen_version == "1.0"


@pytest.mark.parametrize("slug", ["assessment", "grid", "hotline", "publicity"])
def test_bundled_plugins_are_kept_and_read_back_alike(slug: str) -> None:
    write_inventories()

    state = stored(slug)
    assert state is not None
    assert from_json(state.inventory) == take_inventory(slug)
    assert to_json(from_json(state.inventory)) == state.inventory
