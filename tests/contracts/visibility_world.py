"""The world of the visibility matrix: one row of every kind near its watchers, its twin far away, and a person for every role.

Each row carries a mark, a text that stands nowhere else, such as ``zqneargrid``. What an answer holds is read off its marks.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation, User
from civicnet.access.positions import appoint
from civicnet.cipher.masking import mask
from civicnet.cipher.ring import blind_index
from civicnet.delivery.models import Delivery, Webhook
from civicnet.exchange.models import DisclosureRequest, Finding, ImportJob, JobState, Outcome
from civicnet.ledger.services import record
from civicnet_assessment.models import Assessment, AssessmentForm, AssessmentItem, AssessmentScore, Method
from civicnet_grid.models import Absence, Grid, Post, PostKind, Worker
from civicnet_hotline.models import Action, Case, CaseState, CaseStep, Category, Source
from civicnet_publicity.models import (
    ApprovalSheet,
    ArticlePage,
    Channel,
    ChannelDelivery,
    ColumnField,
    ColumnPage,
    ColumnType,
    HomePage,
    Interpretation,
    MadeUpStep,
    Placement,
    PlannedArticle,
)
from civicnet_publicity.services import set_up_editors, set_up_reviews
from civicnet_site.roles import Role, set_up_roles

NEAR, FAR = "near", "far"
# Roles that somebody holds for the whole city as well.
CITYWIDE = (
    Role.ADMINISTRATOR, Role.DATA_OFFICER, Role.SUPERVISOR, Role.DISPATCHER, Role.ROSTER_CLERK, Role.ASSESSOR
)  # fmt: skip
COMMUNITY = {NEAR: "222403001001", FAR: "222403100200"}
TOWNSHIP = {NEAR: "222403001", FAR: "222403100"}
# Numbers that no answer may ever hold in full, and what of them everybody sees who sees the row.
PHONE = {NEAR: "13912345001", FAR: "13812346002"}
# Nobody alive was born then; otherwise they are as they should be, so that a sheet with them goes in.
ID_NUMBER = {NEAR: "222403190001010045", FAR: "222403190001010029"}
CALLER = {NEAR: "13798765001", FAR: "13698766002"}
AWAY_UNTIL = {NEAR: date(2031, 3, 7), FAR: date(2031, 4, 8)}
MASKED = {kind: {place: mask(number) for place, number in numbers.items()} for kind, numbers in
          {"phone": PHONE, "callerphone": CALLER}.items()}  # fmt: skip
# An id of which there is no row, and as long as one.
NOBODYS = 987_654_321
NOBODYS_JOB = UUID(int=NOBODYS)


def mark(place: str, kind: str) -> str:
    """The text by which a row is known in an answer."""
    return f"zq{place}{kind}"


@dataclass
class World:
    """Who is there, and what: ``ids["far grid"]`` is the number, code or key by which a row is asked for."""

    city: dict[str, Organisation]
    people: dict[str, User] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    groups: dict[Role, Group] = field(default_factory=dict)

    def id(self, place: str, kind: str) -> Any:
        """By what a row is asked for; before it is there, something that nothing is known by."""
        if kind == "organisation":
            # Known to everybody, so it is there from the beginning.
            return self.city[COMMUNITY[place]].pk
        if kind == "role":
            return self.groups[Role.HANDLER].pk
        return self.ids.get(f"{place} {kind}", NOBODYS_JOB if kind in ("job", "disclosure", "delivery") else NOBODYS)

    def node(self, place: str, type_name: str, kind: str) -> str:
        """The global id of a row."""
        return base64.urlsafe_b64encode(f"{type_name}:{self.id(place, kind)}".encode()).decode().rstrip("=")


def build(city: dict[str, Organisation]) -> World:
    """The world with its near rows; ``add_far`` brings their twins."""
    world = World(city)
    _people(world)
    _publish(world)
    _rows(world, NEAR)
    return world


def add_far(world: World) -> None:
    """The same again where nobody near may look, so that an answer given before can be held against one given after."""
    _rows(world, FAR)
    _drafts(world)
    # Somebody near works far away as well, which is nobody's business near.
    near = User.objects.get(pk=world.id(NEAR, "person"))
    far = world.city[TOWNSHIP[FAR]]
    appoint(person=near, role=world.groups[Role.WORKER], organisation=far, valid_from=date(2026, 1, 1), actor=SYSTEM)


def _people(world: World) -> None:
    world.groups = set_up_roles(actor=SYSTEM).groups
    for role, group in world.groups.items():
        _person(world, role.name.lower(), group, TOWNSHIP[NEAR])
    for role in CITYWIDE:
        _person(world, f"city_{role.name.lower()}", world.groups[role], "222403")
    world.people["superuser"] = User.objects.create_superuser("superuser", password=None)
    scopes = ["grid.read", "hotline.read", "hotline.submit", "assessment.read", "publicity.read"]
    for name, code in (("portal", TOWNSHIP[NEAR]), ("city_portal", "222403"), ("other_portal", "222403001002")):
        client, key = create_client(name=f"zq{name}", organisation=world.city[code], scopes=scopes, actor=SYSTEM)
        world.keys[name], world.ids[f"client {name}"] = key, client.pk
    _client, world.keys["drafts_portal"] = create_client(
        name="zqdrafts_portal", organisation=world.city[TOWNSHIP[NEAR]], scopes=["publicity.drafts"], actor=SYSTEM
    )


def _person(world: World, name: str, group: Group, code: str) -> None:
    person = User.objects.create_user(name, password=None, full_name=f"演示{name}")
    appoint(person=person, role=group, organisation=world.city[code], valid_from=date(2026, 1, 1), actor=SYSTEM)
    world.people[name] = User.objects.get(pk=person.pk)


def _rows(world: World, place: str) -> None:
    organisation = world.city[COMMUNITY[place]]
    people = {"worker": world.people["worker"] if place == NEAR else None}
    _grid(world, place, organisation, people["worker"])
    _case(world, place, organisation, people["worker"])
    _assessment(world, place, organisation)
    _trust(world, place, organisation)


def _grid(world: World, place: str, organisation: Organisation, user: User | None) -> None:
    grid = Grid.objects.create(organisation=organisation, code=f"{organisation.code}001", name=mark(place, "grid"))
    worker = Worker.objects.create(
        number=f"222403-{place}",
        name=mark(place, "worker"),
        sex="F",
        id_number=ID_NUMBER[place],
        id_index=blind_index(ID_NUMBER[place]),
        phone=PHONE[place],
        phone_index=blind_index(PHONE[place]),
        organisation=organisation,
        user=user,
    )
    post = Post.objects.create(
        grid=grid, level=3, kind=PostKind.GRID_WORKER, worker=worker, valid_from=date(2026, 1, 1)
    )
    absence = Absence.objects.create(post=post, first_day=AWAY_UNTIL[place], last_day=AWAY_UNTIL[place])
    _keep(world, place, grid=grid.pk, gridcode=grid.code, worker=worker.pk, post=post.pk, absence=absence.pk)


def _case(world: World, place: str, organisation: Organisation, assignee: User | None) -> None:
    category, _new = Category.objects.get_or_create(code="light", defaults={"name": "路灯照明", "group": "HELP"})
    now = timezone.now()
    for kind, state in (
        ("case", CaseState.DISPATCHED),
        ("queued", CaseState.TO_DISPATCH),
        ("replied", CaseState.REPLIED),
    ):
        case = Case.objects.create(
            number=f"{place}-{kind}",
            token=f"token-of-{place}-{kind}",
            category=category,
            description=mark(place, kind),
            address=mark(place, f"{kind}address"),
            source=Source.PORTAL,
            client_id=world.ids["client portal"] if place == NEAR else None,
            caller_name=mark(place, "caller"),
            caller_phone=CALLER[place],
            caller_phone_index=blind_index(CALLER[place]),
            organisation=organisation,
            grid_code=f"{organisation.code}001",
            assignee=assignee if kind == "case" else None,
            state=state,
            reply="已答复" if kind == "replied" else "",
            requested_at=now,
            updated_at=now,
            due_at=now + timedelta(days=3),
        )
        CaseStep.objects.create(
            case=case,
            at=now,
            action=Action.ACCEPT,
            to_state=state,
            actor_kind="system",
            note=mark(place, f"{kind}step"),
        )
        _keep(world, place, **{kind: case.pk, f"{kind}number": case.number, f"{kind}token": case.token})


def _assessment(world: World, place: str, organisation: Organisation) -> None:
    today = timezone.localdate()
    form = AssessmentForm.objects.create(
        year=2026, title=mark(place, "form"), organisation=world.city[TOWNSHIP[place]], opens=today, closes=today
    )
    item = AssessmentItem.objects.create(
        form=form, code="item", label=mark(place, "item"), most=10, method=Method.SELF_REPORT
    )
    filed = Assessment.objects.create(
        form=form,
        subject_key=f"nobody:{place}",
        subject_label=mark(place, "subject"),
        organisation=organisation,
        assessor=world.people["superuser"],
        comment=mark(place, "comment"),
        state="FILED",
        filed_at=timezone.now(),
    )
    AssessmentScore.objects.create(assessment=filed, item=item, points=5, note=mark(place, "score"))
    _keep(world, place, form=form.pk, assessment=filed.pk)


def _trust(world: World, place: str, organisation: Organisation) -> None:
    job = ImportJob.objects.create(
        resource="grid.roster",
        file_name=f"{mark(place, 'job')}.xlsx",
        format="xlsx",
        sha256=place,
        owner=world.people["roster_clerk"] if place == NEAR else None,
        organisation=organisation,
        state=JobState.CHECKED,
        rows_total=1,
        counts={"FAULT": 1},
    )
    Finding.objects.create(job=job, row=2, column=mark(place, "finding"), outcome=Outcome.FAULT, code="MISSING")
    deed = record(
        actor=SYSTEM,
        action="grid.open_grid",
        subject=organisation,
        after={"name": mark(place, "audit")},
        reason=mark(place, "reason"),
    )
    client, _key = create_client(
        name=mark(place, "client"), organisation=organisation, scopes=["grid.read"], actor=SYSTEM
    )
    webhook = Webhook.objects.create(
        client=client, url=f"https://portal.example.cn/{mark(place, 'webhook')}", secret="x", kinds=["schema.changed"]
    )
    delivery = Delivery.objects.create(
        webhook=webhook,
        event=UUID(int=1),
        kind="schema.changed",
        payload={"site": mark(place, "delivery")},
        state="GIVEN_UP",
    )
    person = User.objects.create_user(f"{place}-person", password=None, full_name=mark(place, "person"))
    group = world.groups[Role.HANDLER]
    position = appoint(person=person, role=group, organisation=organisation, valid_from=date(2026, 1, 1), actor=SYSTEM)
    asked = DisclosureRequest.objects.create(
        requester=world.people["roster_clerk" if place == NEAR else "superuser"],
        resource="grid.roster",
        format="xlsx",
        organisation=organisation,
        reason=mark(place, "disclosure"),
        rows_asked=1,
        expires_at=timezone.now() + timedelta(days=1),
    )
    _keep(
        world, place, job=job.pk, client=client.pk, key=client.keys.get().pk, person=person.pk, position=position.pk,
        disclosure=asked.pk, audit=deed.pk, webhook=webhook.pk, delivery=delivery.pk,
    )  # fmt: skip


def _publish(world: World) -> None:
    Site.objects.all().delete()
    root = Page.get_first_root_node()
    columns = []
    guide = ColumnType.objects.create(key="guide", name="办事指南")
    ColumnField.objects.create(type=guide, key="place", label="办理地点", kind="text")
    ColumnField.objects.create(type=guide, key="has_fee", label="是否收费", kind="yes_no")
    for host in ("gov.test", "party.test"):
        home = root.add_child(instance=HomePage(title=host, slug=host.partition(".")[0]))
        Site.objects.create(hostname=host, root_page=home, is_default_site=host == "gov.test", site_name=host)
        columns.append(home.add_child(instance=ColumnPage(title=mark(NEAR, "column"), slug="news", column_type=guide)))
    _plan(world, NEAR, columns[0])
    world.ids |= {"near column": columns[0].pk, "column": columns[0], "other column": columns[1]}
    gov = Site.objects.get(is_default_site=True).root_page
    set_up_editors(page=gov, editors=world.groups[Role.EDITOR], actor=SYSTEM)
    first, second, final = (
        world.groups[one] for one in (Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.CHIEF_REVIEWER)
    )
    set_up_reviews(first=first, second=second, final=final, actor=SYSTEM)
    article = _article(world, NEAR, "article")
    article.save_revision().publish()
    column = columns[1]
    Placement.objects.create(
        article=article, site=column.get_site(), column=column, state="PLACED", placed_at=timezone.now(),
        url_path=f"{column.url_path}{article.slug}/",
    )  # fmt: skip
    world.ids["channel"] = Channel.objects.create(name="演示渠道", kind="publicity.files")
    for place in (NEAR, FAR):
        # It lies nowhere: whoever may set channels up finds it, whatever stands in it.
        _keep(world, place, channel=world.ids["channel"].pk)
    _parcel(world, NEAR, article)
    image = get_image_model().objects.create(title=mark(NEAR, "image"), file=get_test_image_file(size=(8, 8)))
    _keep(world, NEAR, image=image.pk, document=_document(mark(NEAR, "document"), Collection.get_first_root_node()).pk)


def _parcel(world: World, place: str, article: ArticlePage) -> None:
    made = ChannelDelivery.objects.create(
        article=article.pk,
        channel=world.ids["channel"],
        title=mark(place, "parcel"),
        wish="PUBLISH",
        edition=1,
        state="STUCK",
        error=mark(place, "parcel"),
    )
    _keep(world, place, parcel=made.pk)


def _drafts(world: World) -> None:
    _plan(world, FAR, ColumnPage.objects.get(pk=world.ids["column"].pk))
    # Never shown to readers: a draft, an article that waits for its first review, one under a restriction, a closed file.
    _parcel(world, FAR, _article(world, FAR, "draft"))
    review = _article(world, FAR, "review")
    review.get_workflow().start(review, world.people["editor"])
    _sheet(world)
    closed = _article(world, FAR, "closed")
    closed.save_revision().publish()
    restriction = PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(world.groups[Role.EDITOR])
    seen = world.ids[f"{NEAR} article"]
    for policy, text in ((seen, closed.pk), (closed.pk, seen)):
        Interpretation.objects.create(policy_id=policy, text_id=text, said_by=closed)
    for kind in ("draft", "review", "closed"):
        page = ArticlePage.objects.get(pk=world.ids[f"{FAR} {kind}"])
        ArticlePage.objects.filter(pk=page.pk).update(show_in_menus=True)
        Redirect.objects.create(old_path=f"/old-{kind}", site=page.get_site(), redirect_page=page)
    shelf = Collection.get_first_root_node().add_child(instance=Collection(name="封存"))
    kept = CollectionViewRestriction.objects.create(collection=shelf, restriction_type=CollectionViewRestriction.GROUPS)
    kept.groups.add(world.groups[Role.EDITOR])
    _keep(world, FAR, document=_document(mark(FAR, "document"), shelf).pk)


def _plan(world: World, place: str, column: ColumnPage) -> None:
    plan = PlannedArticle.objects.create(column=column, topic=mark(place, "plan"), due_on=timezone.localdate())
    _keep(world, place, plan=plan.pk)


def _sheet(world: World) -> None:
    # Of the draft, as if that had been approved once; a step that belongs to nobody any more is open on it.
    title = mark(FAR, "sheet")
    facts: dict[str, Any] = dict.fromkeys(("column", "index_number", "workflow", "text"), "")
    facts |= {"title": title, "version": 1, "asked": {"by": "", "at": ""}, "authors": [], "author_ids": [], "steps": []}
    sheet = ApprovalSheet.objects.create(
        run=1, article_id=world.ids[f"{FAR} draft"], title=title, facts=facts | {"let_pass": [], "urgent": None},
        digest="", sealed_at=timezone.now(),
    )  # fmt: skip
    MadeUpStep.objects.create(sheet=sheet, name="初审", kind="REVIEW", due_at=timezone.now())
    _keep(world, FAR, sheet=sheet.pk)


def _article(world: World, place: str, kind: str) -> ArticlePage:
    column = ColumnPage.objects.get(pk=world.ids["column"].pk)
    # The same words in all of them, so that a search that looked into what is hidden would find it.
    article: ArticlePage = column.add_child(
        instance=ArticlePage(
            title=mark(place, kind),
            slug=f"{place}-{kind}",
            summary="演示文章",
            live=False,
            owner=world.people["editor"],
            field_values={"guide": {"place": mark(place, kind), "has_fee": False}},
        )
    )
    article.save_revision()
    _keep(world, place, **{kind: article.pk})
    return article


def _document(title: str, collection: Collection) -> Any:
    file = ContentFile(b"%PDF-1.4 " + title.encode(), name=f"{title.removeprefix('zq')}.pdf")
    return get_document_model().objects.create(title=title, file=file, collection=collection)


def _keep(world: World, place: str, **ids: Any) -> None:
    world.ids |= {f"{place} {kind}": value for kind, value in ids.items()}
