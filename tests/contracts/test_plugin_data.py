"""A plugin's data: never touched by a switch, taken out whole by one command, brought back from its archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from shed import schema_changes
from visibility_world import NEAR, World, add_far, build, mark
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, Site, Task, Workflow, WorkflowState

from civicnet.access.actors import SYSTEM
from civicnet.access.models import ApiClient, Organisation, User
from civicnet.contract import Conflict
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.inventory import outward_constraints, take_inventory
from civicnet.lifecycle.mending import mend_orphans
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.orphans import orphans
from civicnet.lifecycle.removal.restore import restore_plugin
from civicnet.lifecycle.removal.tables import constraints_into
from civicnet.lifecycle.removal.uninstall import uninstall_plugin
from civicnet_assessment.models import Assessment, AssessmentForm
from civicnet_grid.models import Grid, Worker, WorkerSeries
from civicnet_hotline.models import Case, DayCount
from civicnet_publicity.models import (
    ArticlePage,
    ArticleViews,
    Channel,
    ChannelViews,
    CheckDecision,
    ColumnPage,
    ColumnType,
    IndexNumber,
    Interpretation,
    Leader,
    LinkAnswer,
    ListedWord,
    Placement,
    ReviewTask,
    UrgentPath,
    WechatUpload,
    WeeklyDigest,
)

pytestmark = pytest.mark.django_db
BUNDLED = ("assessment", "grid", "hotline", "publicity")
PACKAGES = tuple(f"civicnet_{slug}" for slug in BUNDLED)
# One with pages, reviews and a site that begins at them; one with sealed numbers. Each migration made again costs time.
BOTH = ("hotline", "publicity")
Dump = dict[str, list[str]]


def dump(*labels: str) -> Dump:
    """Every row of every table of these apps, as the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(tuple(f"{label}_" for label in labels)):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                columns = [one[0] for one in cursor.description]
                found[table] = sorted(repr(dict(zip(columns, row, strict=True))) for row in cursor.fetchall())
    return found


@pytest.fixture
def world(city: Any, settings: Any, tmp_path: Path) -> World:
    """Rows of every kind of every bundled plugin."""
    settings.MEDIA_ROOT = settings.CIVICNET_ARCHIVE_ROOT = tmp_path
    made = build(city)
    add_far(made)
    # What the matrix of who sees what has no use for.
    WorkerSeries.objects.create(city="222403", last=2)
    DayCount.objects.create(day="2026-11-01", last=2)
    ListedWord.objects.create(wrong="渡假", right="度假")
    Leader.objects.create(name="演示甲", title="主任", order=1)
    LinkAnswer.objects.create(url="https://example.org/", status=200, asked_at=timezone.now())
    for article in ArticlePage.objects.all()[:1]:
        CheckDecision.objects.create(article=article, revision=article.latest_revision, kind="HELD", digest="0" * 64)
        IndexNumber.objects.create(number="2026-900001", article=article.pk)
        Interpretation.objects.create(policy=article, text=article, said_by=article)
        ArticleViews.objects.create(article=article, site=article.get_site(), day=timezone.localdate(), views=3)
    channel = Channel.objects.get()
    ChannelViews.objects.create(article=1, channel=channel, day=timezone.localdate(), views=3)
    WechatUpload.objects.create(channel=channel, use="cover", digest="0" * 64, reference="1")
    for page in (ArticlePage.objects.all()[:1].get(), ColumnPage.objects.all()[:1].get()):
        page.channels.through.objects.create(**{f"{page._meta.model_name}_id": page.pk, "channel_id": channel.pk})
    ColumnType.objects.update(workflow=Workflow.objects.first())
    ColumnType.objects.get().channels.add(channel)
    run = WorkflowState.objects.get()
    UrgentPath.objects.create(run=run, revision=run.current_task_state.revision, reason="演示", actor_label="演示甲")
    WeeklyDigest.objects.create(person=made.people["editor"], monday=timezone.localdate())
    for placement in Placement.objects.all():
        placement.article.also_in.through.objects.create(
            articlepage_id=placement.article_id, columnpage_id=placement.column_id
        )
    return made


def migrate() -> None:
    with schema_changes():
        call_command("migrate", verbosity=0)


@pytest.fixture(autouse=True)
def kinds_are_looked_up_again() -> Iterator[None]:
    """Content types that a test made anew are not those of the next test."""
    yield
    ContentType.objects.clear_cache()


def off(slug: str) -> None:
    disable_plugin(slug=slug, actor=SYSTEM, reason="test")


def test_off_and_on_again_leaves_every_row_of_every_plugin_as_it_was(world: World) -> None:
    before = dump(*PACKAGES)
    assert [table for table, rows in before.items() if not rows] == []

    for slug in BUNDLED:
        off(slug)
    assert dump(*PACKAGES) == before
    for slug in BUNDLED:
        enable_plugin(slug=slug, actor=SYSTEM, reason="test")

    assert dump(*PACKAGES) == before


def pages() -> dict[int, tuple[Any, ...]]:
    """Every page with its place, its kind by name, its newest text, and where it begins a site."""
    kinds = {one.pk: one.natural_key() for one in ContentType.objects.all()}
    fields = ("path", "numchild", "url_path", "title", "live", "content_type", "live_revision", "latest_revision")
    found = {}
    for pk, *values in Page.objects.order_by("path").values_list("pk", *fields):
        values[fields.index("content_type")] = kinds[values[fields.index("content_type")]]
        page = Page.objects.get(pk=pk).specific
        text = page.get_latest_revision_as_object().title if page.latest_revision_id else ""
        found[pk] = (*values, text, list(Site.objects.filter(root_page=pk).values_list("pk", "hostname")))
    return found


def grants() -> set[tuple[str, str]]:
    return set(Group.objects.values_list("name", "permissions__codename"))


ARTICLE = "/news/near-article/"


def shown(client: Client, address: str = ARTICLE) -> tuple[int, bytes]:
    """What readers get, without what every answer has of its own."""
    answer = client.get(address, headers={"host": "gov.test"})
    return answer.status_code, re.sub(rb'nonce="[^"]*"|name="csrf[^>]*>', b"", answer.content)


def is_found(client: Client) -> bool:
    return b"zqneararticle" in shown(client, "/search/?q=zqneararticle")[1].partition(b"<main")[2]


def refuses_while_its_place_is_taken(archive: Path) -> None:
    """A page where one of its pages stood, or a parent that has moved, is named, and nothing comes back."""
    root, before, left = Page.get_first_root_node(), dump("civicnet_publicity"), Page.objects.count()
    squatter = root.add_child(title="In the way", slug="gov")
    with pytest.raises(Conflict, match="In the way"):
        restore_plugin(archive=archive, actor=SYSTEM, reason="test")
    squatter.delete()
    Page.objects.filter(pk=root.pk).update(url_path="/elsewhere/")
    with pytest.raises(Conflict, match="Root"):
        restore_plugin(archive=archive, actor=SYSTEM, reason="test")
    Page.objects.filter(pk=root.pk).update(url_path="/")
    assert (dump("civicnet_publicity"), Page.objects.count()) == (before, left)


def test_every_row_page_grant_and_text_comes_back_from_the_archives(world: World, client: Client) -> None:
    packages = [f"civicnet_{slug}" for slug in BOTH]
    tables, tree, held, text = dump(*packages), pages(), grants(), shown(client)
    assert (text[0], is_found(client)) == (200, True)

    for slug in BOTH:
        off(slug)
    done = {slug: uninstall_plugin(slug=slug, actor=SYSTEM, reason="test") for slug in BOTH}

    connection.check_constraints()
    assert dump(*packages) == {}
    assert Page.find_problems() == ([], [], [], [], [])
    # The root and the page that Wagtail itself brings.
    assert list(Page.objects.order_by("path").values_list("depth", "numchild")) == [(1, 1), (2, 0)]
    assert not ContentType.objects.filter(app_label__in=packages).exists()
    assert not MigrationRecorder(connection).migration_qs.filter(app__in=packages).exists()
    assert not Revision.objects.filter(object_id__in=map(str, tree)).exists()
    assert {one.content_type.model for one in Task.objects.all()} == {"groupapprovaltask"}

    migrate()
    assert set(map(len, dump(*packages).values())) == {0}
    assert PluginState.objects.filter(slug__in=BOTH, enabled=False, inventory__label__in=packages).count() == 2

    for one in done.values():
        if one.slug == "publicity":
            refuses_while_its_place_is_taken(one.archive)
        assert restore_plugin(archive=one.archive, actor=SYSTEM, reason="test").left_out == {}
    connection.check_constraints()
    assert dump(*packages) == tables
    assert Page.find_problems() == ([], [], [], [], [])
    assert (pages(), grants()) == (tree, held)
    assert shown(client)[0] == 404
    for slug in BOTH:
        enable_plugin(slug=slug, actor=SYSTEM, reason="test")
    assert (shown(client), is_found(client)) == (text, True)


def test_pages_of_other_kinds_below_its_own_stand_in_the_way(world: World) -> None:
    ColumnPage.objects.first().add_child(instance=Page(title="A stranger", slug="stranger"))
    off("publicity")
    before, everything = dump("civicnet_publicity"), Page.objects.count()

    with pytest.raises(Conflict, match="A stranger"):
        uninstall_plugin(slug="publicity", actor=SYSTEM, reason="test")

    assert (dump("civicnet_publicity"), Page.objects.count()) == (before, everything)


@pytest.fixture
def host_rows(world: World) -> dict[str, Any]:
    """Rows of the host that nothing but plugins points at, one of each kind that a plugin points at."""
    root = Page.get_first_root_node()
    made = {
        "organisation": Organisation.objects.create(code="zq", name="zq", kind="COMMUNITY", path="zq/", depth=9),
        "person": User.objects.create_user("gone", password=None),
        "client": ApiClient.objects.create(name="gone", organisation=world.city["222403"]),
        "site": Site.objects.create(hostname="gone.test", root_page=root),
        "page": ColumnPage.objects.first().add_child(instance=ArticlePage(title="Gone", slug="gone", live=False)),
        "task": ReviewTask.objects.create(name="gone"),
        "picture": get_image_model().objects.get(),
        "group": Group.objects.create(name="gone"),
    }
    Grid.objects.filter(name=mark(NEAR, "grid")).update(organisation=made["organisation"])
    Worker.objects.filter(name=mark(NEAR, "worker")).update(organisation=made["organisation"], user=made["person"])
    case = Case.objects.order_by("pk").first()
    Case.objects.filter(pk=case.pk).update(
        organisation=made["organisation"], client=made["client"], assignee=made["person"]
    )
    AssessmentForm.objects.update(organisation=made["organisation"])
    Assessment.objects.update(organisation=made["organisation"], assessor=made["person"])
    Placement.objects.update(site=made["site"])
    Placement.objects.create(
        article=made["page"],
        column=ColumnPage.objects.last(),
        site=Site.objects.get(is_default_site=True),
        state="WITHDRAWN",
    )
    ArticlePage.objects.filter(title=mark(NEAR, "article")).update(image=made["picture"])
    made["task"].groups.add(Group.objects.first())
    ReviewTask.objects.first().groups.add(made["group"])
    return made


def test_rows_of_the_host_go_while_the_plugins_do_not_load_and_orphans_are_mended_later(
    world: World, host_rows: dict[str, Any]
) -> None:
    connection.check_constraints()

    # As the host does it when it knows nothing of the plugins' models.
    with connection.cursor() as cursor:
        for one in host_rows.values():
            model = next(iter(one._meta.parents), type(one))
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [one.pk])
    connection.check_constraints()

    protected = {
        "civicnet_assessment.Assessment.assessor: 2 (PROTECT)",
        "civicnet_assessment.Assessment.organisation: 2 (PROTECT)",
        "civicnet_assessment.AssessmentForm.organisation: 2 (PROTECT)",
        "civicnet_grid.Grid.organisation: 1 (PROTECT)",
        "civicnet_grid.Worker.organisation: 1 (PROTECT)",
        "civicnet_hotline.Case.assignee: 1 (PROTECT)",
        "civicnet_hotline.Case.client: 1 (PROTECT)",
        "civicnet_hotline.Case.organisation: 1 (PROTECT)",
    }
    assert set(map(str, orphans())) == protected | {
        "civicnet_grid.Worker.user: 1 (SET_NULL)",
        "civicnet_publicity.ArticlePage.image: 1 (SET_NULL)",
        "civicnet_publicity.ArticlePage.page_ptr: 1 (CASCADE)",
        "civicnet_publicity.Placement.site: 1 (CASCADE)",
        "civicnet_publicity.ReviewTask.task_ptr: 1 (CASCADE)",
        "civicnet_publicity.ReviewTask_groups.group: 1 (CASCADE)",
    }
    articles = ArticlePage.objects.count()

    mend_orphans(actor=SYSTEM, reason="test")

    assert set(map(str, orphans())) == protected
    assert (Placement.objects.count(), ArticlePage.objects.count(), ReviewTask.objects.count()) == (0, articles - 1, 6)
    connection.check_constraints()


@pytest.mark.parametrize("slug", BUNDLED)
def test_the_database_ties_no_plugin_to_the_host(slug: str, db: None) -> None:
    tables = {one.name for one in take_inventory(slug).tables}

    assert outward_constraints(slug) == []
    everything = set(connection.introspection.table_names())
    assert [
        f"{table}.{column}" for table, column, _to in constraints_into(everything - tables) if table in tables
    ] == []
