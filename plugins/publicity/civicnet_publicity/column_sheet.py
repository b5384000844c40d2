"""Columns as a sheet: a whole site's columns opened from a list, and handed out as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import Actor
from civicnet.exchange.cells import ChoiceWidget
from civicnet.exchange.hints import Hints
from civicnet.exchange.matching import Held
from civicnet.exchange.models import RowKind
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet.ledger.images import note
from civicnet.ledger.undoing import TakesBack
from civicnet_publicity.cells import LineWidget
from civicnet_publicity.freshness import too_slow
from civicnet_publicity.models import ColumnKind, ColumnPage, HomePage, Phase, Rhythm
from civicnet_publicity.permissions import EXPORT, IMPORT
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.sheets import (
    SLUG,
    Place,
    column_places,
    exportable_columns,
    site_homes,
    slug_of,
    tidy,
)
from civicnet_publicity.selectors.types import column_types
from civicnet_publicity.services import former, mark_of_page, take_back_page, write_column
from civicnet_publicity.suspicion import note_suspicious

KINDS = {
    "动态": ColumnKind.NEWS.value,
    "通知": ColumnKind.NOTICE.value,
    "信息公开": ColumnKind.DISCLOSURE.value,
    "专题": ColumnKind.SPECIAL.value,
}
PHASES = {"启动": Phase.LAUNCH.value, "推动": Phase.PUSH.value, "常态": Phase.STEADY.value}
RHYTHMS = {
    "按规定": "",
    "每周": Rhythm.WEEKLY.value,
    "每两周": Rhythm.FORTNIGHTLY.value,
    "每月": Rhythm.MONTHLY.value,
    "每季度": Rhythm.QUARTERLY.value,
    "每半年": Rhythm.HALF_YEARLY.value,
    "每年": Rhythm.YEARLY.value,
    "无需更新": Rhythm.NONE.value,
}
TEXTS = ("title", "description", "keywords")


class ColumnResource(ImportResource):
    """Columns by site and address, in the order in which editors arranged them.

    A new one is published where the clerk may publish; elsewhere it is a draft.
    """

    key = "publicity.columns"
    label = pgettext_lazy("publicity", "Columns")
    permission = IMPORT
    export_permission = EXPORT
    natural_key = ("site", "slug")
    told_by = ("title",)
    # As with articles: a page takes some hundredths of a second.
    rows_at_once = 2
    known_as = {"civicnet_publicity.columnpage": ("publicity.column", "pk")}
    sentences = {
        "unknown_site": _("There is no site of this name."),
        "site_needed": _("There are several sites. Say on which the column stands."),
        "out_of_scope": _("You may not write on this site, or not in this column."),
        "unknown_type": _("There is no column type of this key or name. Make it first, under Column types."),
        "address_empty": _("No address can be made of this name. Write one."),
        "address_signs": _("An address has letters, digits, hyphens and underscores only."),
        "too_slow": _("By the rules a column of this kind is updated more often: choose a shorter span."),
        "pending": _("Somebody has changed this column and not published it yet. Let that be published first."),
    }

    site = Column(
        column_name="网站",
        label=pgettext_lazy("sheet", "Site"),
        widget=LineWidget(most=260),
        aliases=["站点", "所属网站", "网站域名"],
        note=_("The host name or the name of the site. May be left out where there is one site only."),
        example="www.example.gov.cn",
        blank_keeps=True,
    )
    slug = Column(
        column_name="栏目网址名",
        label=_("Address of the column"),
        widget=LineWidget(most=255),
        aliases=["网址名", "栏目代码", "栏目标识"],
        note=_("The part of the web address. Left empty, it is made of the name."),
        example="zhengce",
        blank_keeps=True,
    )
    title = Column(
        column_name="栏目名称",
        label=_("Name of the column"),
        widget=LineWidget(most=255),
        aliases=["名称", "栏目"],
        required=True,
        example="政策文件",
        element="column.title",
    )
    kind = Column(
        column_name="栏目类型",
        label=_("Kind of column"),
        widget=ChoiceWidget(KINDS),
        aliases=["类型"],
        note=_("Rules of freshness and disclosure follow from it. Left empty, a new one is for news."),
        blank_keeps=True,
        element="column.kind",
    )
    phase = Column(
        column_name="活动阶段",
        label=_("Phase of the campaign"),
        widget=ChoiceWidget(PHASES),
        aliases=["阶段"],
        blank_keeps=True,
        element="column.phase",
    )
    rhythm = Column(
        column_name="更新周期",
        label=_("Expected update"),
        widget=ChoiceWidget(RHYTHMS),
        aliases=["更新频率", "更新要求"],
        note=_("How often readers may expect something new. “按规定” is what the rules ask of its kind."),
        example="每月",
        blank_keeps=True,
    )
    column_type = Column(
        column_name="内容类型",
        label=_("Type of the column"),
        widget=LineWidget(most=40),
        aliases=["内容类型代码"],
        note=_("The key or the name of a column type: what its articles are asked for. Left empty, it stays as it is."),
        blank_keeps=True,
    )
    description = Column(
        column_name="栏目说明",
        label=_("What the column is about"),
        widget=LineWidget(most=255),
        aliases=["说明", "栏目描述"],
        blank_keeps=True,
        element="column.description",
    )
    keywords = Column(
        column_name="栏目关键词",
        label=_("Keywords of the column"),
        widget=LineWidget(most=255),
        aliases=["关键词"],
        blank_keeps=True,
        element="column.keywords",
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hints = Hints()

    def begin(self, actor: Actor) -> None:
        """Learn the sites and the desk of whoever imports."""
        self._desk = Desk(actor)
        self._homes = site_homes()
        self._sites = {name: key for key, (_home, name) in self._homes.items()} | {key: key for key in self._homes}
        self._types = {one.shape.key: pk for pk, one in column_types().items()}
        self._type_keys = {one.shape.name: one.shape.key for one in column_types().values()} | {
            key: key for key in self._types
        }
        self._hints.offer(lambda: {key: name for key, (_home, name) in self._homes.items()})

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find the site of each row, and its address where the sheet gives none: that of its name, or a new one."""
        titles = {(place.site, tidy(place.column.title)): place.column.slug for place in column_places()}
        for draft in drafts:
            if given := draft.values.get("column_type"):
                draft.values["column_type"] = self._type_keys.get(given)
                if draft.values["column_type"] is None:
                    draft.fault("column_type", "unknown_type")
            if "site" not in draft.values or not draft.values.get("title"):
                continue
            site = self._site(draft)
            if site and draft.values.get("slug", "") is None:
                title = draft.values["title"]
                draft.values["slug"] = titles.get((site, title)) or slug_of(title) or None
                if draft.values["slug"] is None:
                    draft.fault("slug", "address_empty")

    def held(
        self, rows: Sequence[Draft | TypedRow], actor: Actor, *, lock: bool = False
    ) -> Mapping[int, Sequence[Held]]:
        """The columns there are: three statements, for there are some dozens."""
        self._places = {(place.site, place.column.slug): place for place in column_places()}
        found = (
            (row.row, self._places.get((row.values.get("site") or "", row.values.get("slug") or ""))) for row in rows
        )
        return {number: [_held(place)] for number, place in found if place}

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """Whoever brings in a column may write on its site."""
        home = self._homes.get(draft.values.get("site") or "")
        if home is None:
            return
        place = self._places.get((draft.values["site"], draft.values.get("slug") or ""))
        if place is None and not self._desk.may_add_to(home[0]):
            draft.fault("site", "out_of_scope")
        if place is None and not SLUG.fullmatch(draft.values.get("slug") or "-"):
            draft.fault("slug", "address_signs")

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """What is there is changed by whoever may change it; what is the same may stand in anybody's sheet."""
        match = draft.match
        if match is None or match.kind == RowKind.UNCHANGED:
            return
        place = self._places.get((draft.values["site"], draft.values["slug"]))
        if place is not None and not self._desk.may_change(place.column):
            draft.fault("title", "out_of_scope")
        elif place is not None and place.column.live and place.column.has_unpublished_changes:
            draft.fault("title", "pending")
        if too_slow(*(self._will_be(draft, place, name) for name in ("kind", "rhythm"))):
            draft.fault("rhythm", "too_slow")
        note_suspicious(draft, match, TEXTS)

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, one after the other."""
        made = 0
        for row in rows:
            place = self._places.get((row.values["site"], row.values["slug"]))
            column = place.column.get_latest_revision_as_object() if place else ColumnPage(slug=row.values["slug"])
            before = former(place.column, column) if place else None
            for name in (*TEXTS, "kind", "phase", "rhythm"):
                if row.values[name] is not None:
                    setattr(column, name, row.values[name])
            if row.values["column_type"] is not None:
                column.column_type_id = self._types.get(row.values["column_type"], column.column_type_id)
            # The tree on disk has moved on with the row before.
            home = None if place else HomePage.objects.get(pk=self._homes[row.values["site"]][0].pk)
            write_column(column=column, home=home, actor=actor, desk=self._desk)
            note(model=ColumnPage, key=column.pk, mark=mark_of_page(column), origin=row.row, before=before)
            made += place is None
        return {name: count for name, count in (("created", made), ("changed", len(rows) - made)) if count}

    def taken_back_by(self, actor: Actor) -> Mapping[str, TakesBack]:
        """New columns in which nothing stands go, others get what they said before, unless somebody was at them since."""
        taking = partial(take_back_page, model=ColumnPage, actor=actor, desk=Desk(actor))
        return {ColumnPage._meta.label_lower: taking}

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """Those that readers see, and those the actor may change."""
        shown = set(exportable_columns(actor).values_list("pk", flat=True))
        yield from (_held(place).values for place in column_places() if place.column.pk in shown)

    def references(self, actor: Actor, most: int) -> Mapping[str, Sequence[tuple[str, str]]]:
        """The sites."""
        return {"site": [(key, name) for key, (_home, name) in site_homes().items()][:most]}

    @staticmethod
    def _will_be(draft: Draft, place: Place | None, name: str) -> str:
        given = draft.values[name]
        return str(getattr(place.column if place else ColumnPage(), name) if given is None else given)

    def _site(self, draft: Draft) -> str | None:
        given = draft.values["site"]
        if given is None:
            if len(self._homes) != 1:
                draft.fault("site", "site_needed")
                return None
            given = next(iter(self._homes))
        site = self._sites.get(given)
        if site is None:
            draft.fault("site", "unknown_site", **self._hints.near(given))
            return None
        draft.values["site"] = site
        return site


def _held(place: Place) -> Held:
    column, keys = place.column, {pk: one.shape.key for pk, one in column_types().items()}
    values = {
        "site": place.site,
        "slug": column.slug,
        "title": tidy(column.title),
        "kind": column.kind,
        "phase": column.phase or None,
        "rhythm": column.rhythm,
        "column_type": keys.get(column.column_type_id) if column.column_type_id else None,
        "description": tidy(column.description) or None,
        "keywords": tidy(column.keywords) or None,
    }
    return Held(column.pk, values)
