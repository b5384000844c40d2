"""``schema.changed``: each site's webhooks hear once of each schema that is another than the one they know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import graphene
import pytest
from django.utils import timezone
from wagtail.models import Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.contract import Fragment, hookimpl
from civicnet.delivery.models import Delivery
from civicnet.delivery.services import register_webhook
from civicnet.gateway import announcing
from civicnet.gateway.announcing import announce_schemas
from civicnet.gateway.composer import ComposeError, compose
from civicnet.gateway.models import AnnouncedSchema
from civicnet.lifecycle.activation import disable_plugin, enable_plugin, set_site_mode
from civicnet.lifecycle.generation import generation
from civicnet.lifecycle.models import PluginState, SiteMode
from civicnet.lifecycle.snapshot import forget, read


class Station:
    """A plugin with a field of its own in the schema."""

    @hookimpl
    def graphql(self) -> Fragment:
        class Query:
            station_count = graphene.Int()

        return Fragment(query=Query)


@pytest.fixture
def sites(db: None) -> list[Site]:
    first = Site.objects.get()
    return [first, Site.objects.create(hostname="party.test", root_page=first.root_page)]


@pytest.fixture
def told(city, sites, plug) -> Callable[..., list[dict[str, Any]]]:
    """A webhook that knows all schemas as they are; then what it is told from one look to the next."""
    plug("station", Station())
    announce_schemas()
    client, _key = create_client(name="演示门户", organisation=city["222403"], scopes=[], actor=SYSTEM)
    register_webhook(client=client, url="https://portal.example.cn/", kinds=["schema.changed"], actor=SYSTEM)

    def new() -> list[dict[str, Any]]:
        found = [one.payload for one in Delivery.objects.order_by("site_id")]
        Delivery.objects.all().delete()
        return found

    return new


@pytest.fixture
def committed(django_capture_on_commit_callbacks) -> Callable[..., None]:
    """Does something and commits it."""

    def run(act: Callable[..., object], **given: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            act(actor=SYSTEM, reason="x", **given)

    return run


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be sent stays in the outbox."""
    monkeypatch.setattr("civicnet.delivery.sending.send_due", lambda **given: 0)


def test_a_switch_tells_every_site_whose_schema_changed(told, committed, sites) -> None:
    before = compose(read(None).enabled).digest

    committed(disable_plugin, slug="station")

    after = compose(read(None).enabled).digest
    assert before != after
    assert told() == [
        {
            "site": site.hostname,
            "previousHash": before,
            "hash": after,
            "generation": generation(),
            "plugins": ["station"],
            "sdlUrl": f"{site.root_url}/graphql/schema.graphql",
        }
        for site in sites
    ]


def test_a_switch_of_one_site_tells_that_site_only(told, committed, sites) -> None:
    committed(set_site_mode, slug="station", site_id=sites[1].pk, mode=SiteMode.OFF)

    (only,) = told()
    assert (only["site"], only["plugins"]) == ("party.test", ["station"])
    assert Delivery.objects.count() == 0


def test_one_act_that_moves_several_switches_is_told_once(told, committed, plug) -> None:
    plug("kiosk", requires_plugins={"station": ">=1"})
    AnnouncedSchema.objects.all().delete()
    announce_schemas()
    told()

    committed(disable_plugin, slug="station", with_dependants=True)

    assert [one["plugins"] for one in told()] == [["kiosk", "station"]] * 2


def test_a_switch_that_changes_no_schema_tells_nobody(told, committed, plug) -> None:
    plug("silent", on=False)

    committed(enable_plugin, slug="silent")

    assert told() == []


def test_what_was_rolled_back_is_not_told(told, city) -> None:
    disable_plugin(slug="station", actor=SYSTEM, reason="x")

    assert told() == []


def test_what_no_switch_announced_is_found_by_the_schedule(told) -> None:
    AnnouncedSchema.objects.update(digest="of the version before", plugins={"station": "0.9"})

    assert announce_schemas() == 2
    assert announce_schemas() == 0

    first = told()[0]
    assert first["previousHash"] == "of the version before"
    assert "station" in first["plugins"]


def test_the_end_of_a_sunset_names_its_plugin_too(told, committed) -> None:
    committed(disable_plugin, slug="station", sunset=timedelta(days=1))
    assert [one["plugins"] for one in told()] == [["station"]] * 2

    PluginState.objects.filter(slug="station").update(sunset_until=timezone.now())
    # As if that day had come; nobody else moves it without counting the generation up.
    forget()
    AnnouncedSchema.objects.update(digest="with fields that answer null")
    announce_schemas()

    assert [one["plugins"] for one in told()] == [["station"]] * 2


def test_a_new_site_has_no_hash_before(told, sites) -> None:
    Site.objects.create(hostname="new.test", root_page=sites[0].root_page)

    announce_schemas()

    assert [(one["site"], one["previousHash"]) for one in told()] == [("new.test", None)]


def test_a_process_with_an_old_picture_tells_nothing(told, sites) -> None:
    AnnouncedSchema.objects.update(digest="newer", generation=generation() + 1)

    assert announce_schemas() == 0
    assert told() == []


def test_a_schema_that_cannot_be_composed_stops_no_other(told, committed, sites, monkeypatch) -> None:
    set_site_mode(slug="station", site_id=sites[0].pk, mode=SiteMode.OFF, actor=SYSTEM, reason="x")
    broken = read(sites[0].pk).enabled

    def refuse(enabled: frozenset[str], sunset: frozenset[str]) -> Any:
        if enabled == broken:
            raise ComposeError("does not fit")
        return compose(enabled, sunset)

    monkeypatch.setattr(announcing, "compose", refuse)
    AnnouncedSchema.objects.update(digest="old")

    assert announce_schemas() == 1
    assert [one["site"] for one in told()] == ["party.test"]
