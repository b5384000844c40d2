"""Resources: what a plugin writes so that its rows can be imported and exported here.

A resource is a django-import-export ``Resource``: columns, widgets and export are declared as its
documentation says. Ours adds aliases of headings, typed rows with notes and faults, and a whole chunk of rows handed to the
plugin's bulk service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from import_export.resources import Resource

from civicnet.contract import Actor
from civicnet.exchange.cells import DateWidget, Fault, Reading, is_blank, packs, quick_of
from civicnet.exchange.column import Column
from civicnet.exchange.columnwise import read_columnwise
from civicnet.exchange.drafts import Draft, Left, Named, Remark, TypedRow
from civicnet.exchange.examples import called_example, is_untouched
from civicnet.exchange.matching import Held, held_by_key
from civicnet.ledger.undoing import Stays, TakesBack

if TYPE_CHECKING:
    from civicnet.exchange.bundles import Bundle
    from civicnet.exchange.reading import Row
    from civicnet.ledger.images import Image

__all__ = ["Column", "Draft", "ImportResource", "Named", "Remark", "TypedRow"]

_MOST_KNOWN = 5_000
_COLON = "[:\uff1a]"
_SUBTOTAL = re.compile(rf"(?:[小合总共]\s*计|(?:sub)?total){_COLON}?", re.IGNORECASE)
_FOOTER = re.compile(
    rf"(?:填表|制表|审核|填报|负责|联系|经办|审批|分管)\S{{0,4}}{_COLON}|(?:备?注|说明|notes?){_COLON}",
    re.IGNORECASE,
)


class ImportResource(Resource):
    """A kind of rows. One instance serves one pass over one file, so it may remember what it has seen.

    ``key`` names it ("grid.roster"), ``permission`` says who may import, ``export_permission`` who may export masked
    rows, ``disclosure_permissions`` what it takes besides to ask for full values (without any, there is no such export),
    ``counter`` names the column that only counts rows, ``sentences`` adds texts for the codes it uses itself.

    ``natural_key`` names the columns by which a row is recognised: the same key twice in a file is a fault, and ``held``
    finds what is held under it. For rows of one model it is enough to declare ``held_columns`` (paths of fields by column)
    and ``held_path`` (the path of the field with the organisation's path), and to write ``held_rows``. Without a key every
    row counts as new. ``elsewhere`` is the code of the fault where what is held lies outside the actor's area.

    ``takes_files``: its table may come in an archive with files that rows name, which are then in ``files``. ``rows_at_once``
    is how many rows go in with one transaction where writing each takes long; 0 leaves it to the engine.

    ``outcomes`` are words for what else ``apply`` counts, by the name of the count: the page of the import tells these too.
    ``seals`` says of columns whose values are held sealed where that is ("app.model.field"): seals and blind indexes of the
    next rows are then made while the database is busy with those before.

    ``consequences`` are codes of notes that tell what a row does to something else that is held: whoever confirms reads them
    first.

    ``taken_by_others`` are the columns that a row may change of something that is not its own, of which ``apply`` tells with
    ``ref``: whatever else differs from what the preview showed somebody has changed meanwhile.

    Which rows are meant ``apply`` may ``tell_of``: the page then names the first few of them, and all one click further.

    ``beside`` are models, by their labels, whose rows come along with a row of the file and are none by themselves.

    ``lies_under`` says of models that ``apply`` writes in bulk where their rows lie: the paths of fields with the paths of all
    organisations that count, and none where they lie nowhere, so that whoever may import them may take them back. A model
    with foreign keys to organisations need not be named. Of any other, only who may import everywhere takes rows back.

    ``known_as`` says by which keys other plugins know rows that ``apply`` adds: by the label of the model, the kind of
    subject and the field whose value follows it ("grid.grid", "code"). What it does not name is ``<plugin>.<model>:<pk>``.

    ``point`` names the columns with the longitude and the latitude (WGS 84) of rows that have a place on earth: these go out as
    GeoJSON, too.

    A resource without ``permission`` only goes out. ``listed_by`` says of which models' lists it exports no more rows than
    a list shows: the label of each, and the path to it from the model that ``narrowed`` is given.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    permission: ClassVar[str] = ""
    export_permission: ClassVar[str] = ""
    disclosure_permissions: ClassVar[tuple[str, ...]] = ()
    counter: ClassVar[str] = ""
    sentences: ClassVar[Mapping[str, Any]] = {}
    natural_key: ClassVar[tuple[str, ...]] = ()
    held_columns: ClassVar[Mapping[str, str]] = {}
    held_path: ClassVar[str] = ""
    elsewhere: ClassVar[str] = "held_elsewhere"
    told_by: ClassVar[tuple[str, ...]] = ()
    listed_by: ClassVar[Mapping[str, str]] = {}
    takes_files: ClassVar[bool] = False
    rows_at_once: ClassVar[int] = 0
    outcomes: ClassVar[Mapping[str, Any]] = {}
    consequences: ClassVar[tuple[str, ...]] = ()
    taken_by_others: ClassVar[tuple[str, ...]] = ()
    seals: ClassVar[Mapping[str, str]] = {}
    beside: ClassVar[tuple[str, ...]] = ()
    lies_under: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    known_as: ClassVar[Mapping[str, tuple[str, str]]] = {}
    point: ClassVar[tuple[()] | tuple[str, str]] = ()

    def __init__(self, *, listed: QuerySet[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.files: Bundle | None = None
        self.listed = listed
        self.named: list[Named] = []
        self.left: list[Left] = []
        declared = list(self.fields)
        for name, column in self.columns().items():
            self.fields.setdefault(name, column)
        for name, column in self.fields.items():
            column.attribute = column.attribute or name
        self._required = [name for name, column in self.fields.items() if column.required]
        # Cells that were read without anything to say, by column; a column of names or numbers fills its share and is done.
        self._known: dict[str, dict[str, Any]] = {name: {} for name in self.fields}
        self.readers = [(name, self._known[name], quick_of(column.widget)) for name, column in self.fields.items()]
        self._names = declared
        self._in_order = itemgetter(*declared) if len(declared) > 1 else lambda values: [values[declared[0]]]
        # Columns that people define come and go while a job waits, so these go by name.
        self._further = [name for name in self.fields if name not in declared]
        # Most values are their own pack.
        self._packs = [
            (at, name, self.fields[name].widget.pack, self.fields[name].widget.unpack)
            for at, name in enumerate(declared)
            if packs(self.fields[name].widget)
        ]

    def doubt_serials(self) -> None:
        """Take no number for a day: the file counts days from another one than usual, or may."""
        for column in self.fields.values():
            if isinstance(column.widget, DateWidget):
                column.widget.doubts_serials = True

    def begin(self, actor: Actor) -> None:
        """Called once before the first row: look up what every row needs."""

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Called once per chunk before its rows are checked: resolve references in one statement."""

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """Rules across columns. A value that could not be read is missing from ``draft.values``."""

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """Rules beside the rows before it: called in the order of the file, once a row is matched and without any fault.

        What the file has no column for is in ``draft.values`` by now, as it is held; ``check_row`` does not know it yet.
        """

    def held_rows(self) -> QuerySet[Any]:
        """All rows of the model that ``held_columns`` speaks of, whoever may see them."""
        raise NotImplementedError

    def held(
        self, rows: Sequence[Draft | TypedRow], actor: Actor, *, lock: bool = False
    ) -> Mapping[int, Sequence[Held]]:
        """What is held under the natural keys of these rows, by their number: all that may be meant, not only the first.

        One statement a chunk. Called before the check of a chunk, and once more before it goes in, then with ``lock``.
        """
        stored = self.held_rows()
        key = {name: self.held_columns[name] for name in self.natural_key}
        found = stored.select_for_update(of=("self",)) if lock else stored
        return held_by_key(rows, found, key=key, columns=self.held_columns, path=self.held_path)

    def undone(self, touched: Mapping[str, Sequence[Any]], actor: Actor) -> None:
        """Called in the transaction that took a chunk back, with keys by model: tell others what they have to know."""

    def stays(self, image: Image) -> Stays:
        """Rows of a chunk that is to be taken back which a rule of the plugin's leaves as they are: the code of a sentence by
        key, by the label of the model. Called in the transaction of the undo, once a chunk.
        """
        return {}

    def taken_back_by(self, actor: Actor) -> Mapping[str, TakesBack]:
        """Services that take back rows of models which ``apply`` does not write in bulk, by the model's label.

        ``apply`` notes each such row with ``ledger.images.note``; what it does not note is not taken back.
        """
        return {}

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Write a chunk through the plugin's bulk service; returns counts by what happened.

        ``created``, ``changed`` and ``unchanged`` are what the page of the import tells, and what ``outcomes`` has words for;
        other names are kept beside them.
        One that says none of the three has its rows told as they were checked.

        The engine's transaction is open: the chunk and the mark of how far we are commit together.
        """
        raise NotImplementedError

    def tell_of(self, row: TypedRow, code: str, label: str, *, ref: Any = None) -> None:
        """Name a row of those that are counted under a code of ``outcomes``; ``sentences`` tell of it with its ``label``.

        ``ref`` is the ``Held.ref`` of something that the row has changed though it is not its own: a row of this file that
        comes later is then taken for what it is, and not for one that somebody else has changed meanwhile.
        """
        self.named.append(Named(row.row, code, label, ref))

    def leave(self, row: TypedRow, field: str, code: str, /, **params: Any) -> None:
        """Called by ``apply`` for a row that cannot go in any more, such as one whose picture was deleted after the preview.

        The others go in, and the page of the import names this one; of an import of all rows or none, none does. Nothing of
        the row may be written by then.
        """
        self.left.append(Left(row.row, code, field, params))

    def rows_to_export(self, actor: Actor) -> Iterable[Any]:
        """What the actor may export, each as the columns' ``attribute`` can read it, in order."""
        return ()

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of an export that stand in the list it was asked from; all of them if it was asked for everything."""
        if self.listed is None:
            return rows
        path = self.listed_by[self.listed.model._meta.label_lower]
        return rows.filter(**{f"{path}__in": self.listed.order_by().values("pk")})

    def references(self, actor: Actor, most: int) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Codes that a template offers for a column, with their meanings: of the actor's area, and no more than so many."""
        return {}

    def count_to_export(self, actor: Actor) -> int:
        """How many rows that is; a resource that can count without reading them says so itself."""
        return sum(1 for _row in self.rows_to_export(actor))

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Columns by field name, in order. A resource may give more than it declares: those that people define, at the end."""
        return cls.declared()

    @classmethod
    def declared(cls) -> dict[str, Column]:
        """The columns that the class declares, which the register of elements knows; no database is asked."""
        return dict(cls.fields)

    @classmethod
    def heading_names(cls, columns: Mapping[str, Column] | None = None) -> dict[str, list[str]]:
        """All texts by which each column, or each of some, is found in a heading row, in whatever language."""
        known = cls.columns() if columns is None else columns
        names = {name: [column.column_name, *column.aliases] for name, column in known.items()}
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                for name, column in known.items():
                    names[name].append(str(column.label))
        return names

    def skip(self, cells: Mapping[str, Any]) -> str | None:
        """The code of the reason to leave a row out, or None. ``cells`` holds the raw cells by field name."""
        first = called_example(cells)
        if first is not None and is_untouched(self.fields, cells, first=first):
            return "example_row"
        for name in self._required:
            cell = cells.get(name)
            # Told here of most: a call a cell costs more than looking at it.
            if not (type(cell) is str and cell[:1].isalnum()) and is_blank(cell):
                break
        else:
            return None
        filled = {name: cell for name, cell in cells.items() if not is_blank(cell)}
        texts = [str(cell).strip() for cell in filled.values()]
        if any(_SUBTOTAL.fullmatch(text) for text in texts):
            return "subtotal_row"
        # A person's row begins with a number or a place, never with the word for who filled in the sheet.
        if texts and _FOOTER.match(texts[0]):
            return "footer"
        return "number_only" if set(filled) <= {self.counter} else None

    def read(self, number: int, cells: Mapping[str, Any]) -> Draft:
        """The typed values of a row's cells, with notes and faults by column."""
        draft = Draft(number)
        values = draft.values
        for name, known, quick in self.readers:
            cell = cells.get(name)
            # Most columns of a roster say the same few things over and over, and most others are written as they should be.
            if type(cell) is str:
                value = known.get(cell, known)
                if value is known:
                    value = quick(cell)
                if value is not None:
                    values[name] = value
                    continue
            self._read(draft, name, cell)
        if (first := called_example(cells)) is not None:
            self._read_example_word(draft, first)
        return draft

    def read_many(self, rows: Sequence[Row], positions: Mapping[str, int]) -> list[dict[str, Any] | None]:
        """The typed values of rows of which neither ``skip`` nor ``read`` has anything to say; None for any other.

        A resource that reads or skips rows in its own way has each looked at by itself.
        """
        kind = type(self)
        if kind.read is not ImportResource.read or kind.skip is not ImportResource.skip:
            return [None] * len(rows)
        return read_columnwise(self, rows, positions)

    def learnt(self, name: str, cell: Any) -> Any:
        """The value of a cell that is not blank and of which there is nothing to say, kept for the next one; else None."""
        if type(cell) is not str or is_blank(cell):
            return None
        try:
            reading = self.fields[name].widget.read(cell)
        except Fault:
            return None
        self._remember(name, cell, reading)
        return None if reading.notes else reading.value

    def _read(self, draft: Draft, name: str, cell: Any) -> None:
        column = self.fields[name]
        if is_blank(cell):
            if column.required:
                draft.fault(name, "required")
            else:
                draft.values[name] = None
            return
        try:
            reading = column.widget.read(cell)
        except Fault as fault:
            draft.fault(name, fault.code, **fault.params)
            return
        draft.values[name] = reading.value
        for code in reading.notes:
            draft.note(name, code)
        self._remember(name, cell, reading)

    def _read_example_word(self, draft: Draft, name: str) -> None:
        """A row that was written over the example: where the word stands for a number nobody misses anything."""
        draft.values.pop(name, None)
        draft.remarks = [one for one in draft.remarks if one.field != name]
        if name == self.counter:
            draft.values[name] = None
            draft.note(name, "example_word")
        else:
            draft.fault(name, "example_left")

    def _remember(self, name: str, cell: Any, reading: Reading) -> None:
        if not reading.notes and type(cell) is str and len(self._known[name]) < _MOST_KNOWN:
            self._known[name][cell] = reading.value

    def pack(self, values: Mapping[str, Any]) -> list[Any]:
        """Typed values in the order of the columns, as JSON can hold them."""
        try:
            packed = [*self._in_order(values)]
        except KeyError:
            packed = [values.get(name) for name in self._names]
        for at, _name, pack, _unpack in self._packs:
            if packed[at] is not None:
                packed[at] = pack(packed[at])
        if self._further:
            filled = {name: values[name] for name in self._further if values.get(name) is not None}
            packed.append({name: self.fields[name].widget.pack(value) for name, value in filled.items()})
        return packed

    def says_more(self, packed: Sequence[Any]) -> bool:
        """Whether a packed row fills in a column that people have taken away since."""
        known = len(self._names)
        return len(packed) > known and not packed[known].keys() <= self.fields.keys()

    def unpack(self, packed: Sequence[Any]) -> dict[str, Any]:
        """What ``pack`` made, back."""
        known = len(self._names)
        values = dict(zip(self._names, packed[:known], strict=True))
        for _at, name, _pack, unpack in self._packs:
            if values[name] is not None:
                values[name] = unpack(values[name])
        further = packed[known] if len(packed) > known else {}
        for name in self._further:
            value = further.get(name)
            values[name] = None if value is None else self.fields[name].widget.unpack(value)
        return values
