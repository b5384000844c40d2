"""The roster as a sheet: what communities send in, and what goes back to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import Organisation
from civicnet.access.scope import within
from civicnet.cipher import blind_indexes
from civicnet.contract import Actor
from civicnet.exchange.cells import ChoiceWidget, DateWidget, DigitsWidget, TextWidget
from civicnet.exchange.identity import IdNumberWidget, PhoneWidget, sex_of
from civicnet.exchange.matching import Held
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet.ledger.images import Image
from civicnet.ledger.undoing import TOGETHER, Stays
from civicnet_grid.models import Duty
from civicnet_grid.models.grid import CODE_LENGTH, GRID_OWNERS
from civicnet_grid.permissions import IMPORT_ROSTER, REVEAL_ID_NUMBER, REVEAL_PHONE, VIEW_WORKER
from civicnet_grid.places import OWNER_LENGTH, SENTENCES, Working
from civicnet_grid.roster import RosterRow
from civicnet_grid.roster_held import held_roster, indexes_of
from civicnet_grid.roster_people import Lead, leads_of
from civicnet_grid.roster_undo import POST, bound_by_people, served_elsewhere
from civicnet_grid.roster_whereabouts import Whereabouts
from civicnet_grid.selectors import roster_of
from civicnet_grid.services import LockedPeople, apply_roster, cities_of, lock_people

# A roster announces who comes next; what lies further ahead is a slip of the pen.
_AHEAD = timedelta(days=366)
LEVELS = {"一级网格长": 1, "二级网格员": 2, "三级网格员": 3}
DUTIES = {"A": "A", "B": "B", "A岗": "A", "B岗": "B", "主岗": "A", "备岗": "B", "a": "A", "b": "B"}
SEXES = {"男": "M", "女": "F"}


class RosterResource(ImportResource):
    """Who holds which post in which grid. Rows are recognised by ID number and grid code, never by a name."""

    key = "grid.roster"
    label = _("Grid roster")
    permission = IMPORT_ROSTER
    export_permission = VIEW_WORKER
    disclosure_permissions = (REVEAL_PHONE, REVEAL_ID_NUMBER)
    counter = "serial"
    natural_key = ("id_number",)
    elsewhere = "worker_elsewhere"
    told_by = ("name", "grid_code")
    listed_by = {"civicnet_grid.post": "pk", "civicnet_grid.worker": "worker"}
    # A post is of its grid's office as well as of its holder's.
    lies_under = {"civicnet_grid.post": ("grid__organisation__path", "worker__organisation__path")}
    known_as = {"civicnet_grid.grid": ("grid.grid", "code")}
    seals = {"id_number": "civicnet_grid.worker.id_number", "phone": "civicnet_grid.worker.phone"}
    consequences = ("replaces_lead",)
    taken_by_others = ("grid_code", "post", "duty", "since")
    outcomes = {"taken_over": pgettext_lazy("rows", "posts of others that ended for it")}
    sentences = {
        "replaces_lead": _("Grid %(label)s has another lead now, whose post ends the day before this one begins."),
        "successor_announced": _(
            "Another lead of this grid is announced from %(day)s on. End that on the grid's page first."
        ),
        "taken_over": _("The post of the former lead of grid %(label)s ended the day before."),
        "serves_elsewhere": _("The holder of %(label)s has another post by now; it stays ended."),
        "too_far_ahead": _("This day lies more than a year ahead. Compare the year."),
        "unknown_code": _("There is no community or village with this code."),
        "out_of_scope": _("This community or village is outside the area you are responsible for."),
        "derived_from_grid_code": _("The community was taken from the grid code."),
        "derived_from_id_number": _("The sex was taken from the ID number."),
        "present_code": _("The community or village has another code today: %(code)s."),
        "contradicts_community_code": _("The grid code does not begin with the community code %(code)s."),
        "contradicts_id_number": _("The ID number says otherwise. Compare both with the ID card."),
        "duplicate_in_file": _("This person stands in row %(row)s already. One person holds one post."),
        "second_lead": _("Row %(row)s names the lead of this grid already. A grid has one lead."),
        "no_backup_at_level_1": _("Level 1 has one lead and no backup."),
        "worker_elsewhere": _(
            "This person is on the roster of another organisation. They have to be let go there first."
        ),
        **SENTENCES,
    }

    serial = Column(column_name="序号", label=_("No."), widget=TextWidget(most=20), aliases=["编号", "#"])
    township = Column(
        column_name="街道（乡镇）",
        label=_("Subdistrict or town"),
        widget=TextWidget(),
        aliases=["街道", "乡镇", "街道/乡镇", "镇街"],
        element="organisation.above",
    )
    community = Column(
        column_name="社区（村）",
        label=_("Community or village"),
        widget=TextWidget(),
        aliases=["社区", "村", "社区/村", "村（社区）", "村居"],
        element="organisation.name",
    )
    community_code = Column(
        column_name="社区代码",
        label=_("Community code"),
        widget=DigitsWidget(length=OWNER_LENGTH),
        aliases=["社区（村）代码", "村居代码"],
        note=_("12 digits; may be left out where the grid code is given."),
        example="222403001001",
        element="organisation.code",
    )
    grid_code = Column(
        column_name="网格编号",
        label=_("Grid code"),
        widget=DigitsWidget(length=CODE_LENGTH),
        aliases=["网格编码", "网格代码"],
        required=True,
        note=_("15 digits: the community code and a serial of three."),
        example="222403001001001",
        element="grid.code",
    )
    post = Column(
        column_name="岗位",
        label=_("Post"),
        widget=ChoiceWidget(LEVELS),
        aliases=["职务", "网格岗位"],
        required=True,
        example="二级网格员",
        element="post.level",
    )
    duty = Column(
        column_name="AB岗",
        label=_("A or B"),
        widget=ChoiceWidget(DUTIES),
        aliases=["A/B岗", "A、B岗", "主备岗"],
        note=_("A or B at levels 2 and 3; left empty, the order of the rows decides."),
        example="A",
        blank_keeps=True,
        element="post.duty",
    )
    name = Column(
        column_name="姓名",
        label=pgettext_lazy("person", "Name"),
        widget=TextWidget(most=100, joins_han=True),
        required=True,
        example="演示甲",
        element="worker.name",
    )
    sex = Column(column_name="性别", label=_("Sex"), widget=ChoiceWidget(SEXES), example="女", element="worker.sex")
    id_number = Column(
        column_name="身份证号",
        label=_("ID number"),
        widget=IdNumberWidget(),
        aliases=["身份证号码", "身份证", "公民身份号码", "居民身份证号"],
        required=True,
        note=_("18 characters, as text."),
        element="worker.id_number",
    )
    phone = Column(
        column_name="联系电话",
        label=_("Phone"),
        widget=PhoneWidget(),
        aliases=["手机号", "手机号码", "手机", "电话", "联系方式"],
        required=True,
        note=_("One mobile number of 11 digits."),
        element="worker.phone",
    )
    political_status = Column(
        column_name="政治面貌",
        label=_("Political status"),
        widget=TextWidget(most=20),
        element="worker.political_status",
    )
    since = Column(
        column_name="任职时间",
        label=_("In post since"),
        widget=DateWidget(),
        aliases=["任职日期", "上岗时间", "到岗时间"],
        required=True,
        example="2023-06-30",
        element="post.since",
    )
    remark = Column(column_name="备注", label=_("Remark"), widget=TextWidget(most=500))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._whereabouts = Whereabouts()
        self._leads: dict[str, int] = {}
        self._present: dict[str, list[Lead]] = {}
        self._today = timezone.localdate()
        self._locked: LockedPeople | None = None

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find the communities that the rows name, the grids where codes have changed, and who leads those that get a lead."""
        self._whereabouts.look_up(drafts, actor)
        led = {code for one in drafts if one.values.get("post") == 1 and (code := one.values.get("grid_code"))}
        self._present = leads_of(led, self._today) if led else {}

    def held(
        self, rows: Sequence[Draft | TypedRow], actor: Actor, *, lock: bool = False
    ) -> Mapping[int, Sequence[Held]]:
        """The people with these ID numbers, each with the post that the row may mean: one statement, and one more where
        somebody serves outside their own community.
        """
        if not lock:
            return self._whereabouts.at_home(rows, held_roster(rows, actor=actor))
        # Kept for the service, which would have to read them again.
        cities = cities_of(row.values["community_code"] for row in rows)
        self._locked = lock_people(cities=cities, indexes=indexes_of(rows))
        return self._whereabouts.at_home(rows, held_roster(rows, self._locked.by_index))

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """Place, person and post must agree with each other."""
        self._whereabouts.check(draft, actor)
        self._check_sex(draft)
        if draft.values.get("post") == 1:
            self._check_lead(draft)
        since = draft.values.get("since")
        if since and since > self._today + _AHEAD:
            draft.fault("since", "too_far_ahead")

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """A grid has one lead."""
        if draft.values["post"] != 1:
            return
        first = self._leads.setdefault(draft.values["grid_code"], draft.row)
        if first != draft.row:
            draft.fault("post", "second_lead", row=first)

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the roster service."""
        people, self._locked = self._locked, None
        done = apply_roster(rows=[_roster_row(row) for row in rows], actor=actor, people=people)
        by_number = {row.row: row for row in rows} if done.displaced else {}
        for one in done.displaced:
            row = by_number[one.row]
            self.tell_of(row, "taken_over", row.values["grid_code"], ref=one.worker)
        counts = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged}
        return counts | ({"taken_over": len(done.displaced)} if done.displaced else {})

    def stays(self, image: Image) -> Stays:
        """A post that ended for another row begins again only for whom no other post has come since; nobody's post goes back
        to where they themselves do not.
        """
        bound = dict.fromkeys(bound_by_people(image), TOGETHER)
        return {POST: {**bound, **dict.fromkeys(served_elsewhere(image), "serves_elsewhere")}}

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """The posts held today, in the order of a notice board."""
        posts = (
            self.narrowed(roster_of(actor, timezone.localdate()))
            .select_related("grid__organisation", "worker")
            .order_by("grid__code", "level", "seat", "-duty", "pk")
        )
        names = dict(Organisation.objects.filter(numchild__gt=0).values_list("path", "name"))
        working = Working()
        for serial, post in enumerate(posts.iterator(chunk_size=2000), start=1):
            place = working.of(post.grid.organisation)
            yield {
                "serial": serial,
                "township": names.get(place.path[: -Organisation.steplen], ""),
                "community": place.name,
                "community_code": place.code,
                "grid_code": post.grid.code,
                "post": post.level,
                "duty": "" if post.level == 1 else "A" if post.duty == Duty.PRIMARY else "B",
                "name": post.worker.name,
                "sex": post.worker.sex,
                "id_number": post.worker.id_number,
                "phone": post.worker.phone,
                "political_status": post.worker.political_status,
                "since": post.valid_from,
                "remark": "",
            }

    def references(self, actor: Actor, most: int) -> Mapping[str, Sequence[tuple[str, str]]]:
        """The communities and villages that the actor may import for."""
        places = Organisation.objects.filter(
            within(actor, IMPORT_ROSTER, field=""), kind__in=GRID_OWNERS, valid_to=None
        )
        found = list(places.order_by("path").values_list("code", "name")[: most + 1])
        return {"community_code": found} if len(found) <= most else {}

    def count_to_export(self, actor: Actor) -> int:
        """Counted by the database: no number is decrypted for it."""
        return roster_of(actor, timezone.localdate()).count()

    def _check_lead(self, draft: Draft) -> None:
        values = draft.values
        if values.get("duty") == "B":
            draft.fault("duty", "no_backup_at_level_1")
        elif "duty" in values:
            # That a lead is no backup says nothing that is held: an A would count as a change for ever.
            values["duty"] = None
        present = self._present.get(values.get("grid_code", ""))
        if not present or draft.is_faulty:
            return
        me, since = blind_indexes(values["id_number"]), values["since"]
        mine = [one.since for one in present if one.person in me and (one.until is None or one.until >= since)]
        others = [one for one in present if one.person not in me and (one.until is None or one.until >= since)]
        announced = [
            one.since for one in others if one.until is None and one.since > self._today and one.since >= since
        ]
        if mine and min(mine) <= since:
            # Whoever leads the grid, be it to an announced day, takes it from nobody.
            return
        if announced and not mine:
            draft.fault("post", "successor_announced", day=min(announced).isoformat())
        elif others:
            draft.note("post", "replaces_lead", label=values["grid_code"])

    def _check_sex(self, draft: Draft) -> None:
        number = draft.values.get("id_number")
        if not number or "sex" not in draft.values:
            return
        if draft.values["sex"] is None:
            draft.values["sex"] = sex_of(number)
            draft.note("sex", "derived_from_id_number")
        elif draft.values["sex"] != sex_of(number):
            draft.fault("sex", "contradicts_id_number")


def _roster_row(row: TypedRow) -> RosterRow:
    values = row.values
    return RosterRow(
        row=row.row,
        organisation_code=values["community_code"],
        grid_code=values["grid_code"],
        level=values["post"],
        duty=values["duty"] if values["post"] > 1 else None,
        name=values["name"],
        sex=values["sex"],
        id_number=values["id_number"],
        phone=values["phone"],
        political_status=values["political_status"] or "",
        since=values["since"],
    )
