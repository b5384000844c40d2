"""What is told before a switch moves: everything that hangs on the plugin, by the names people know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client, revoke_client
from civicnet.access.models import ApiClient
from civicnet.contract import Route, Schedule, hookimpl
from civicnet.exchange.models import DisclosureRequest, ImportJob, JobState
from civicnet.lifecycle.consequences import Consequence, consequences
from civicnet.testing.fixtures import Plug
from civicnet_publicity.models import ArticlePage, ColumnKind, ColumnPage, HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def told(slug: str, **more) -> dict[str, Consequence]:
    return {one.kind: one for one in consequences(slug, **more)}


def test_addresses_screens_tabs_and_schedules_are_told_by_name():
    found = told("hotline")

    assert found["addresses"].items == ("/open311/v2/", "/requests/", "/desk/hotline/")
    assert found["screens"].items == ("Request cases",)
    assert found["desk"].items == ("Cases",)
    assert len(found["schedules"].items) == found["schedules"].count == 1
    for one in found.values():
        assert str(one.label).endswith(".")
    assert not found["addresses"].serious


def test_what_there_is_none_of_is_not_told(plug: Plug):
    plug("bare")

    assert consequences("bare") == []
    assert consequences("nowhere") == []


def test_plugins_that_cannot_be_without_it_are_told_through_two_levels(plug: Plug):
    plug("wall")
    plug("roof", requires_plugins={"wall": ""}, label={"en": "The roof"})
    plug("nest", requires_plugins={"roof": ""}, label={"en": "The nest"})
    plug("fence", on=False, requires_plugins={"wall": ""})

    one = told("wall")["dependants"]

    assert (one.items, one.count, one.serious) == (("The nest", "The roof"), 2, True)


def test_live_pages_are_counted_by_site():
    root = Page.get_first_root_node()
    for host, articles in (("gov.test", 2), ("party.test", 1)):
        home = root.add_child(instance=HomePage(title=host, slug=host.partition(".")[0], issuer_code="000014349"))
        Site.objects.create(hostname=host, site_name=host.upper(), root_page=home)
        column = home.add_child(instance=ColumnPage(title="News", slug="news", kind=ColumnKind.NEWS))
        for number in range(articles):
            column.add_child(instance=ArticlePage(title=f"A{number}", slug=f"a{number}", live=number == 0))
    party = Site.objects.get(hostname="party.test")

    one, there = told("publicity")["pages"], told("publicity", site_id=party.pk)["pages"]

    # The site that comes with Wagtail has its root further down or beside; its own pages are no plugin's.
    assert one.items[-2:] == ("GOV.TEST: 3 pages", "PARTY.TEST: 3 pages")
    assert (there.items, there.count, there.serious) == (("PARTY.TEST: 3 pages",), 3, True)


def test_roles_and_portals_that_hold_something_of_it_are_told(staff, city):
    staff(["civicnet_hotline.view_case", "civicnet_hotline.handle_case"], username="worker")
    staff(["civicnet_grid.view_grid"], username="other")
    everywhere = {"organisation": city["222403"], "actor": SYSTEM}
    create_client(name="Portal", scopes=["hotline.read"], **everywhere)
    create_client(name="Reader", scopes=["publicity.read"], **everywhere)
    gone, _key = create_client(name="Gone", scopes=["hotline.read"], **everywhere)
    revoke_client(client=gone, actor=SYSTEM, reason="test")
    create_client(name="Over", scopes=["hotline.read"], **everywhere)
    ApiClient.objects.filter(name="Over").update(expires_at=timezone.now() - timedelta(days=1))
    elsewhere = Site.objects.create(hostname="party.test", root_page=Page.get_first_root_node())
    create_client(name="There", scopes=["hotline.submit"], sites=[elsewhere.pk], **everywhere)
    here = Site.objects.get(is_default_site=True).pk

    assert told("hotline")["roles"].items == ("role of worker",)
    assert told("hotline")["clients"].items == ("Portal", "There")
    assert told("hotline")["clients"].serious
    assert told("hotline", site_id=here)["clients"].items == ("Portal",)


def test_imports_and_exports_under_way_are_told_by_kind_and_state(staff, city):
    owner = staff(["civicnet_exchange.add_importjob"])
    for state in (JobState.CHECKED, JobState.APPLYING, JobState.APPLIED):
        ImportJob.objects.create(resource="grid.roster", state=state, owner=owner, file_name="张三的名册.xlsx")
    ImportJob.objects.create(resource="other.kind", state=JobState.CHECKED, owner=owner)
    DisclosureRequest.objects.create(
        requester=owner,
        resource="grid.roster",
        format="csv",
        organisation=city["222403"],
        reason="test",
        rows_asked=1,
        expires_at=timezone.now() + timedelta(days=1),
    )

    found = told("grid")

    kind = "Grid roster"
    assert kind in found["resources"].items
    assert found["imports"].items == (f"{kind}, waiting for your confirmation", f"{kind}, being imported")
    assert (found["imports"].count, found["imports"].serious) == (2, True)
    assert found["disclosures"].count == 1


def test_only_the_first_few_are_named_and_all_are_counted(plug: Plug):
    class Busy:
        @hookimpl
        def routes(self) -> list[Route]:
            return [Route(prefix=f"p/busy/{number}/", urlpatterns=[]) for number in range(50)]

    plug("busy", Busy())

    one = told("busy")["addresses"]

    assert (len(one.items), one.count) == (20, 50)


def test_a_plugin_that_fails_when_asked_can_still_be_looked_at(plug: Plug):
    class Broken:
        @hookimpl
        def routes(self) -> list[Route]:
            raise RuntimeError("no routes today")

        @hookimpl
        def schedules(self) -> list[Schedule]:
            return [Schedule("broken.work", "Work", run=print, every=timedelta(hours=1))]

    plug("broken", Broken())

    assert set(told("broken")) == {"schedules"}
