"""Articles as a sheet: found again by index number, or by column and address; written through the service, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy
from wagtail.images import get_image_model_string

from civicnet.contract import Actor
from civicnet.exchange.cells import Fault
from civicnet.exchange.matching import Held
from civicnet.exchange.models import RowKind
from civicnet.exchange.resource import Column, Draft, TypedRow
from civicnet.gateway.content.addresses import Homes
from civicnet.ledger.images import bears, note
from civicnet.ledger.undoing import TakesBack
from civicnet_publicity import body_texts
from civicnet_publicity.article_checks import (
    ANEW,
    PictureCheck,
    check_also_in,
    check_body,
    check_day,
    check_number,
    check_place,
    check_state,
    check_validity,
)
from civicnet_publicity.article_columns import DRAFT, PENDING, PUBLISHED, ArticleColumns
from civicnet_publicity.article_sentences import SENTENCES
from civicnet_publicity.column_names import BETWEEN, ColumnNames
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.permissions import EXPORT, IMPORT
from civicnet_publicity.pictures import Pictures
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.public import STEP
from civicnet_publicity.selectors.sheets import (
    CHUNK,
    SLUG,
    Picture,
    Place,
    Written,
    articles_meant,
    exportable_articles,
    numbers_noted,
    pictures_by,
    placed_slugs,
    slug_of,
    tidy,
    written_articles,
)
from civicnet_publicity.services import former, mark_of_page, take_back_page, take_back_picture, write_article
from civicnet_publicity.suspicion import note_suspicious
from civicnet_publicity.typed_columns import (
    TypedColumn,
    check_still,
    check_typed,
    check_typed_pictures,
    further_columns,
    held_typed,
    pictures_named,
    said,
    typed_columns,
    written_typed,
)

# Year and serial of an index number.
SERIAL = 10
_CLASSES = ("theme_class", "form_class", "group_class", "disclosure_scope")
LINES = (
    "title",
    "summary",
    "source",
    "author",
    "keywords",
    "document_number",
    "issuing_body",
    *_CLASSES,
    "image",
    "image_alt",
)
FIELDS = (
    *("title", "summary", "source", "author", "keywords", "document_number", "issuing_body", "document_date"),
    *(*_CLASSES, "validity", "valid_from", "valid_until", "disclosure_way"),
)


class HeldArticle(Held):
    """An article that is held. Fields that people define for some columns come and go: empty ones say nothing of it."""

    def bears(self, mark: str) -> bool:
        """Whether it is still what had this mark, be it one of former days, in which empty fields counted."""
        return super().bears(mark) or bears(super()._facts(), mark)

    def _facts(self) -> list[Any]:
        filled = [(name, value) for name, value in self.values.items() if value is not None]
        return [self.ref, *chain.from_iterable(filled)]


class ArticleResource(ArticleColumns):
    """Articles: those readers see as they see them, and one's own as they are written.

    What a cell cannot hold of a body stays where it is. The day of publication is in no sheet's hands.
    """

    key = "publicity.articles"
    label = pgettext_lazy("publicity", "Articles")
    permission = IMPORT
    export_permission = EXPORT
    natural_key = ("column", "slug")
    told_by = ("title",)
    takes_files = True
    known_as = {"civicnet_publicity.articlepage": ("publicity.article", "pk")}
    beside = (get_image_model_string().lower(),)
    # A page takes some hundredths of a second, and nobody should wait longer for whoever writes.
    rows_at_once = 2
    listed_by = {"civicnet_publicity.articlepage": "pk"}
    sentences = SENTENCES
    outcomes = {
        "published": pgettext_lazy("rows", "published"),
        "held": pgettext_lazy("rows", "drafts that the checks hold back"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Of this file: the row of each index number, and the index number at each address that was made of a title.
        self._numbers: dict[str, int] = {}
        self._made: dict[tuple[str, str], str] = {}
        # Rows whose address was made of their title.
        self._derived: set[int] = set()
        self._written: dict[int, list[Written]] = {}
        # The fields of column types by column of the sheet, fixed for the length of one pass.
        self.typed = {name: one for name, one in typed_columns().items() if name in self.fields}
        # A number below nought begins as a formula does.
        self._worded = [
            name for name, one in self.typed.items() if one.field.known.is_words or one.words or one.describes
        ]
        # Pictures in these fields by number, of the articles at hand.
        self._in_fields: Mapping[int, Picture] = {}

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Those of every article, and the fields of all column types."""
        own = cls.declared()
        return own | further_columns(cls.heading_names(own))

    def begin(self, actor: Actor) -> None:
        """Learn the columns, the desk of whoever imports, and the pictures that came along."""
        self._desk = Desk(actor)
        self._columns = ColumnNames(self._desk)
        self._pictures = Pictures(self.files, self._desk)
        self._picture_check = PictureCheck(self._pictures)

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find the column of each row, and make an address of the title where the sheet gives none."""
        for draft in drafts:
            self._name(draft, "column", lambda text: self._columns.meant(text).key)
            self._name(draft, "also_in", lambda text: BETWEEN.join(one.key for one in self._columns.named(text)))
            if draft.values.get("slug", "") is None and draft.values.get("title"):
                draft.values["slug"] = slug_of(draft.values["title"])
                self._derived.add(draft.row)

    def held(
        self, rows: Sequence[Draft | TypedRow], actor: Actor, *, lock: bool = False
    ) -> Mapping[int, Sequence[Held]]:
        """The articles with these index numbers, or at these addresses: a few statements, however many they are."""
        slugs = {slug for row in rows if (slug := row.values.get("slug"))}
        numbers = {number for row in rows if (number := row.values.get("index_number"))}
        pages = articles_meant(slugs, numbers, lock=lock)
        here = [page for page in pages if page.path[:-STEP] in self._columns.by_path]
        # What stands on no site, or in the bin of an old one, still has its number.
        self._elsewhere = {page.index_number for page in pages if page not in here} - {None}
        # Once the rows are written, the article itself refuses another's number.
        self._noted = {} if lock else numbers_noted(numbers)
        written = self._as_written(here, self._desk)
        self._written = {row.row: self._meant(row, written) for row in rows}
        return {number: [self._held(one) for one in found] for number, found in self._written.items() if found}

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """The rules of an article: whose column it is, its address, its number, its picture and its state."""
        place = self._columns.by_key.get(draft.values.get("column") or "")
        if place is None:
            return
        found = self._written.get(draft.row, [])
        held = found[0] if len(found) == 1 else None
        if held is not None:
            check_place(draft, held, place, self._columns.by_path.get(held.above))
        elif not found:
            self._check_new(draft, place)
        check_typed(draft, self.typed, place.column.column_type_id)
        check_also_in(draft, held, place, self._columns)
        check_number(draft, held)
        number = draft.values.get("index_number")
        if number in self._elsewhere or self._noted.get(number or "", held and held.page.pk) != (held and held.page.pk):
            draft.fault("index_number", "index_number_taken")
        check_day(draft)
        check_validity(draft, held)
        if not draft.is_faulty:
            # A file is not looked into for a row that goes nowhere.
            self._picture_check.check(draft, held.picture if held else None)
            self._check_fields(draft, held, place.column.column_type_id)
        check_state(draft, held, publishes=self._desk.publishes_articles)

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """What is there is changed by whoever may, while nobody else is at it; a number stands in one row only."""
        match, number = draft.match, draft.values.get("index_number")
        if number and self._numbers.setdefault(number, draft.row) != draft.row:
            draft.fault("index_number", "duplicate_in_file", row=self._numbers[number])
        if match is None or match.kind == RowKind.UNCHANGED:
            return
        held = next(iter(self._written.get(draft.row, ())), None)
        if held is not None and not held.editable:
            draft.fault("column", "out_of_scope")
        elif held is not None and held.busy:
            draft.fault("title", "busy")
        elif held is not None and held.page.live and draft.values.get("state") is None:
            draft.note("state", "waits_for_review")
        note_suspicious(draft, match, (*LINES, *self._worded))
        if held is None or "body" in match.before:
            check_body(draft, held)

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, one after the other, each as a version of its own."""
        counts = dict.fromkeys(("created", "changed", "published", "held"), 0)
        wanted = {self._columns.by_key[row.values["column"]].column.pk for row in rows}
        # The tree on disk has moved on since it was looked at.
        columns = {one.path: one for one in ColumnPage.objects.select_for_update(of=("self",)).filter(pk__in=wanted)}
        for row in rows:
            held = next(iter(self._written.get(row.row, ())), None)
            if not self._may_still(row, held):
                continue
            publish = row.values["state"] == PUBLISHED
            latest = held.page.get_latest_revision_as_object() if held else ArticlePage(slug=row.values["slug"])
            before = former(held.page, latest) if held else None
            written = write_article(
                article=self._article(row, held, latest),
                column=None if held else columns[self._columns.by_key[row.values["column"]].column.path],
                actor=actor,
                desk=self._desk,
                publish=publish,
            )
            note(model=ArticlePage, key=written.pk, mark=mark_of_page(written), origin=row.row, before=before)
            counts["changed" if held else "created"] += 1
            if publish:
                counts["published" if written.live else "held"] += 1
                if not written.live:
                    self.tell_of(row, "held", written.title)
        return {name: count for name, count in counts.items() if count}

    def _may_still(self, row: TypedRow, held: Written | None) -> bool:
        """Whether what the row says means today what it meant at its check, before anything of it is written."""
        before, column = self._held(held).values if held else {}, self._columns.by_key[row.values["column"]].column
        name = "image"
        try:
            if row.values["image"] is not None and row.values["image"] != before.get("image"):
                self._pictures.expect(row.values["image"].removesuffix(ANEW))
            for name, value in said(self.typed, row.values, before):
                check_still(self.typed[name], value, column.column_type_id, self._pictures)
        except Fault as fault:
            self.leave(row, name, fault.code, **fault.params)
            return False
        return True

    def taken_back_by(self, actor: Actor) -> Mapping[str, TakesBack]:
        """New articles go, others get their former text, unless somebody was at them since; then pictures nobody uses go."""
        desk = Desk(actor)
        return {
            ArticlePage._meta.label_lower: partial(take_back_page, model=ArticlePage, actor=actor, desk=desk),
            self.beside[0]: partial(take_back_picture, actor=actor, desk=desk),
        }

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """In the order of the tree, so many at a time, each time with the same few statements."""
        desk, homes = Desk(actor), Homes()
        self._columns = ColumnNames(desk)
        waiting = self._exported(actor).order_by("path").iterator(chunk_size=CHUNK)
        while pages := list(islice(waiting, CHUNK)):
            for one in self._as_written(pages, desk):
                url = homes.absolute(one.page.url_path) if one.page.live else None
                yield {**self._held(one).values, "published_at": one.page.first_published_at, "address": url}

    def count_to_export(self, actor: Actor) -> int:
        """Counted by the database."""
        self._columns = ColumnNames(Desk(actor))
        return self._exported(actor).count()

    def references(self, actor: Actor, most: int) -> Mapping[str, Sequence[tuple[str, str]]]:
        """The columns into which the actor may write."""
        places = ColumnNames(Desk(actor)).writable()
        return {"column": [(place.key, f"{place.site_name} {tidy(place.column.title)}") for place in places][:most]}

    def _as_written(self, pages: Sequence[ArticlePage], desk: Desk) -> list[Written]:
        """Articles with the pictures in their fields: one statement more, where there are any."""
        written = written_articles(pages, desk)
        self._in_fields = pictures_by(pictures_named(self.typed, (one.values["field_values"] for one in written)))
        return written

    def _check_fields(self, draft: Draft, held: Written | None, type_of_column: int | None) -> None:
        def present(one: TypedColumn) -> Picture | None:
            return self._in_fields.get(one.value_in(held.values["field_values"])) if held else None

        check_typed_pictures(draft, self.typed, type_of_column, present, self._picture_check)

    def _exported(self, actor: Actor) -> QuerySet[ArticlePage]:
        return self.narrowed(exportable_articles(actor)).filter(self._columns.below())

    def _name(self, draft: Draft, field: str, known: Callable[[str], str]) -> None:
        try:
            if draft.values.get(field):
                draft.values[field] = known(draft.values[field])
        except Fault as fault:
            draft.fault(field, fault.code, **fault.params)
            del draft.values[field]

    def _meant(self, row: Draft | TypedRow, written: Sequence[Written]) -> list[Written]:
        """What is held under a row's number, or its address; an address made of the title yields to the number."""
        number, at = row.values.get("index_number"), (row.values.get("column"), row.values.get("slug"))
        numbered = [one for one in written if number and one.values["index_number"] == number]
        derived = isinstance(row, Draft) and row.row in self._derived
        if derived and len(numbered) == 1:
            row.values["slug"] = numbered[0].values["slug"]  # type: ignore[index]
            return numbered
        there = [one for one in written if (self._columns.by_path[one.above].key, one.page.slug) == at]
        if derived and number and at[0] and self._is_anothers(at, number, there):
            # Yearly reports have one title and a number each.
            row.values["slug"] = f"{at[1]}-{number[-SERIAL:]}"  # type: ignore[index]
            return []
        return numbered + [one for one in there if one not in numbered]

    def _is_anothers(self, at: tuple[Any, Any], number: str, there: Sequence[Written]) -> bool:
        if any(one.values["index_number"] not in (None, number) for one in there):
            return True
        return self._made.setdefault(at, number) != number

    def _check_new(self, draft: Draft, place: Place) -> None:
        slug = draft.values.get("slug")
        if not self._desk.may_add_to(place.column):
            draft.fault("column", "out_of_scope")
        if slug == "":
            draft.fault("slug", "address_empty")
        elif slug and not SLUG.fullmatch(slug):
            draft.fault("slug", "address_signs")
        elif slug and placed_slugs([(place.column.pk, slug)]):
            draft.fault("slug", "address_taken")

    def _held(self, one: Written) -> Held:
        values = {name: one.values[name] or None for name in FIELDS}
        state = PENDING if one.pending else PUBLISHED if one.page.live else DRAFT
        return HeldArticle(
            one.page.pk,
            values
            | {
                "index_number": one.values["index_number"] or None,
                "column": self._columns.by_path[one.above].key,
                "also_in": self._columns.keys(one.values["also_in"]) or None,
                "slug": one.values["slug"],
                "body": body_texts.text_of(one.body) or None,
                "image": one.picture.name if one.picture else None,
                "image_alt": (one.picture.shows or None) if one.picture else None,
                "state": state,
            }
            | held_typed(
                self.typed,
                self._columns.by_path[one.above].column.column_type_id,
                one.values["field_values"],
                self._in_fields,
            ),
        )

    def _article(self, row: TypedRow, held: Written | None, article: ArticlePage) -> ArticlePage:
        """The article as the row wants it, on top of its latest version."""
        values = row.values
        before = self._held(held).values if held else {}

        def taken(name: str, shows: str) -> int:
            return self._pictures.taken(name, shows=shows, row=row.row)

        for name in (*FIELDS, "index_number"):
            if values[name] is not None and values[name] != before.get(name):
                setattr(article, name, values[name])
        if values["body"] is not None and values["body"] != before.get("body"):
            article.body = body_texts.as_json(body_texts.blocks_of(values["body"], held.body if held else ()))
        if values["also_in"] is not None and values["also_in"] != before.get("also_in"):
            article.also_in = self._also_in(values["also_in"], held)
        if values["image"] is not None and values["image"] != before.get("image"):
            article.image_id = taken(values["image"].removesuffix(ANEW), values["image_alt"] or "")
        article.field_values = written_typed(self.typed, article.field_values, values, before, taken)
        return article

    def _also_in(self, text: str, held: Written | None) -> list[ColumnPage]:
        """The columns of a cell, and those that no cell could name."""
        known = {place.column.pk for place in self._columns.by_key.values()}
        unnamed = held.values["also_in"] - known if held else ()
        return [*(one.column for one in self._columns.named(text)), *ColumnPage.objects.filter(pk__in=unnamed)]
