"""The host's own sheet: organisations, set up from a list and handed out as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.access.models import AliasKind, Organisation, OrganisationAlias, OrganisationKind
from civicnet.access.organisation_changes import create_organisation
from civicnet.access.organisation_selectors import VIEW, open_on_day, visible_organisations
from civicnet.access.organisation_tree import ADD
from civicnet.access.organisation_undoing import mark_of_organisation, take_back_organisation
from civicnet.access.organisations import kind_of
from civicnet.access.scope import covers
from civicnet.contract import Actor
from civicnet.exchange.cells import ChoiceWidget, DateWidget, TextWidget
from civicnet.exchange.matching import Held
from civicnet.exchange.models import RowKind
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet.ledger.among import Among
from civicnet.ledger.images import note
from civicnet.ledger.undoing import TakesBack

KINDS = {
    "省": OrganisationKind.PROVINCE.value,
    "地级": OrganisationKind.PREFECTURE.value,
    "市": OrganisationKind.CITY.value,
    "街道": OrganisationKind.SUBDISTRICT.value,
    "乡镇": OrganisationKind.TOWN.value,
    "企业单位": OrganisationKind.UNIT.value,
    "社区": OrganisationKind.COMMUNITY.value,
    "村": OrganisationKind.VILLAGE.value,
    "部门": OrganisationKind.DEPARTMENT.value,
    "服务中心": OrganisationKind.SERVICE_CENTRE.value,
    "领导小组办公室": OrganisationKind.LEADING_GROUP_OFFICE.value,
    "镇": OrganisationKind.TOWN.value,
    "乡": OrganisationKind.TOWN.value,
}
_DIVISION_LENGTHS = (2, 4, 6, 9, 12)


class OrganisationResource(ImportResource):
    """Organisations that exist today, by code, those above before those below.

    A sheet sets new ones up. Renaming, moving and closing ask for a day and a reason, and stay acts of their own.
    """

    key = "platform.organisations"
    label = _("Organisations")
    permission = ADD
    export_permission = VIEW
    natural_key = ("code",)
    # Setting one up takes some milliseconds, taking it back some more, and on SQLite all other writers wait.
    rows_at_once = 5
    sentences = {
        "unknown_code": _("There is no organisation with this code, neither here nor further up in the file."),
        "out_of_scope": _("This organisation is outside the area you are responsible for."),
        "parent_needed": _("Say below which organisation it stands."),
        "organisation_closed": _("This organisation is closed."),
        "code_given_up": _("Another organisation had this code; it is not given again."),
        "kind_needed": _("Say what kind of organisation it is: the code does not tell."),
        "act_needed": _(
            "What is there already differs. Rename or move the organisation on its own page, with day and reason."
        ),
    }

    code = Column(
        column_name="机构代码",
        label=_("Code of the organisation"),
        widget=TextWidget(most=20),
        aliases=["代码", "单位代码", "区划代码"],
        required=True,
        example="222403001001",
        element="organisation.code",
    )
    name = Column(
        column_name="机构名称",
        label=_("Name of the organisation"),
        widget=TextWidget(most=100),
        aliases=["名称", "单位名称"],
        required=True,
        example="示范社区",
        element="organisation.name",
    )
    kind = Column(
        column_name="机构类型",
        label=_("Kind of organisation"),
        widget=ChoiceWidget(KINDS),
        aliases=["类型", "单位类型"],
        note=_("May be left out where the code is a division code of 2, 4, 6, 9 or 12 digits."),
        example="社区",
        blank_keeps=True,
    )
    parent = Column(
        column_name="上级代码",
        label=_("Code of the organisation above"),
        widget=TextWidget(most=20),
        aliases=["上级机构代码", "上级单位代码"],
        example="222403001",
        blank_keeps=True,
        element="organisation.above",
    )
    since = Column(
        column_name="设立日期",
        label=_("Set up on"),
        widget=DateWidget(),
        aliases=["成立日期"],
        note=_("Left empty: today."),
        blank_keeps=True,
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._there: dict[str, Organisation | None] = {}
        self._given_up: set[str] = set()
        # Codes that this file sets up, with the path of what is there above them.
        self._planned: dict[str, str] = {}

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find what the codes of a chunk name today, and which of them were given up: a statement each."""
        codes = {code for one in drafts for code in (one.values.get("code"), one.values.get("parent")) if code}
        new = codes - self._there.keys()
        self._there |= dict.fromkeys(new)
        self._there |= {one.code: one for one in Organisation.objects.filter(Among("code", new))} if new else {}
        former = OrganisationAlias.objects.filter(Among("value", new), kind=AliasKind.FORMER_CODE) if new else ()
        self._given_up |= {alias.value for alias in former}

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """A new one needs a free code, a kind, and somewhere to stand; what is there needs to be open."""
        code = draft.values.get("code")
        if not code:
            return
        present = self._there[code]
        if present is not None:
            if present.valid_to is not None:
                draft.fault("code", "organisation_closed")
            return
        if code in self._given_up:
            draft.fault("code", "code_given_up")
        if draft.values.get("kind", "") is None and (kind := _told_by(code)) is None:
            draft.fault("kind", "kind_needed")
        elif draft.values.get("kind", "") is None:
            draft.values["kind"] = kind
        self._check_parent(draft, actor)

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """A file changes nothing that is there; what it sets up may have others below it, further down."""
        match = draft.match
        if match and match.kind == RowKind.CHANGED:
            draft.fault(next(iter(match.before)), "act_needed")
        elif match and match.kind == RowKind.NEW:
            self._planned[draft.values["code"]] = self._path_above(draft.values["parent"])

    def held(
        self, rows: Sequence[Draft | TypedRow], actor: Actor, *, lock: bool = False
    ) -> Mapping[int, Sequence[Held]]:
        """What has these codes, with the code above: a statement for each of the two."""
        wanted = {code: row.row for row in rows if (code := row.values.get("code"))}
        found = (
            Organisation.objects.filter(Among("code", wanted)).order_by("pk") if wanted else Organisation.objects.none()
        )
        stored = list(found.select_for_update() if lock else found)
        above = {one.path[: -Organisation.steplen] for one in stored}
        parents = dict(Organisation.objects.filter(Among("path", above)).values_list("path", "code")) if above else {}
        held = {one.code: _held(one, parents) for one in stored}
        return {row.row: [held[code]] for row in rows if (code := row.values.get("code")) in held}

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, one after the other: each has its event in the history."""
        for row in rows:
            values = row.values
            made = create_organisation(
                code=values["code"],
                name=values["name"],
                kind=OrganisationKind(values["kind"]),
                parent=Organisation.objects.get(code=values["parent"]),
                day=values["since"] or timezone.localdate(),
                actor=actor,
            )
            note(model=Organisation, key=made.pk, mark=mark_of_organisation(made), origin=row.row)
        return {"created": len(rows)}

    def taken_back_by(self, actor: Actor) -> Mapping[str, TakesBack]:
        """What a file set up and nobody has used goes again, those below before those above."""
        return {Organisation._meta.label_lower: partial(take_back_organisation, actor=actor)}

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """Those open today, in the order of the tree."""
        codes = dict(Organisation.objects.filter(numchild__gt=0).values_list("path", "code"))
        for one in _open(actor).order_by("path").iterator(chunk_size=2000):
            yield {
                "code": one.code,
                "name": one.name,
                "kind": one.kind,
                "parent": codes.get(one.path[: -Organisation.steplen], ""),
                "since": one.valid_from,
            }

    def count_to_export(self, actor: Actor) -> int:
        """Counted by the database."""
        return _open(actor).count()

    def _check_parent(self, draft: Draft, actor: Actor) -> None:
        if "parent" not in draft.values:
            return
        parent = draft.values["parent"]
        if parent is None:
            draft.fault("parent", "parent_needed")
            return
        present = self._there.get(parent)
        if present is None and parent not in self._planned:
            draft.fault("parent", "unknown_code")
        elif present is not None and present.valid_to is not None:
            draft.fault("parent", "organisation_closed")
        elif not covers(actor, ADD, self._path_above(parent)):
            draft.fault("parent", "out_of_scope")

    def _path_above(self, parent: str) -> str:
        present = self._there.get(parent)
        return present.path if present is not None else self._planned[parent]


def _told_by(code: str) -> str | None:
    return kind_of(code).value if code.isascii() and code.isdigit() and len(code) in _DIVISION_LENGTHS else None


def _held(one: Organisation, parents: Mapping[str, str]) -> Held:
    parent = parents.get(one.path[: -Organisation.steplen])
    values = {"code": one.code, "name": one.name, "kind": one.kind, "parent": parent, "since": one.valid_from}
    return Held(one.pk, values, one.path)


def _open(actor: Actor) -> QuerySet[Organisation]:
    return open_on_day(visible_organisations(actor))
