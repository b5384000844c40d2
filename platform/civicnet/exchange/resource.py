"""Resources: what a plugin writes so that its rows can be imported and exported here.

A resource is a django-import-export ``Resource``: columns, widgets and export are declared as its
documentation says. Ours adds aliases of headings, typed rows with notes and faults, and a whole chunk of rows handed to the
plugin's bulk service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.utils import translation
from import_export.fields import Field
from import_export.resources import Resource

from civicnet.contract import Actor
from civicnet.exchange.cells import CellWidget, Fault, is_blank
from civicnet.exchange.models import Outcome

_COLON = "[:\uff1a]"
_SUBTOTAL = re.compile(rf"(?:[小合总共]\s*计|(?:sub)?total){_COLON}?", re.IGNORECASE)
_FOOTER = re.compile(
    rf"(?:填表|制表|审核|填报|负责|联系|经办|审批|分管)\S{{0,4}}{_COLON}|(?:备?注|说明|notes?){_COLON}",
    re.IGNORECASE,
)


class Column(Field):
    """``column_name`` is the heading in files, ``label`` the name on screens, ``aliases`` are other headings.

    ``element`` is the key of the data element that it fills; None where it fills none.
    """

    def __init__(
        self,
        *,
        column_name: str,
        widget: CellWidget,
        label: Any,
        attribute: str | None = None,
        aliases: Sequence[str] = (),
        required: bool = False,
        note: Any = "",
        example: str = "",
        element: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(attribute=attribute, column_name=column_name, widget=widget, **kwargs)
        self.label = label
        self.aliases = tuple(aliases)
        self.required = required
        self.note = note
        self.example = example
        self.element = element


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found about a cell: the outcome, and the sentence's code with what fills its gaps."""

    field: str
    outcome: str
    code: str
    params: Mapping[str, Any]


@dataclass(slots=True)
class Draft:
    """A row on its way: the number a clerk sees beside it, typed values by field name, and what was found."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def note(self, column: str, code: str, /, **params: Any) -> None:
        """Say that a value was normalised."""
        self.remarks.append(Remark(column, Outcome.NORMALISED, code, params))

    def fault(self, column: str, code: str, /, **params: Any) -> None:
        """Say that the row cannot go in as it is."""
        self.remarks.append(Remark(column, Outcome.FAULT, code, params))

    def skip(self, code: str) -> None:
        """Say that the row is none: a subtotal, a line below the table."""
        self.remarks.append(Remark("", Outcome.SKIPPED, code, {}))

    @property
    def is_faulty(self) -> bool:
        """Whether a fault was found so far."""
        return any(one.outcome == Outcome.FAULT for one in self.remarks)

    @property
    def outcome(self) -> str:
        """The worst that was found."""
        found = {one.outcome for one in self.remarks}
        worst_first = (Outcome.FAULT, Outcome.SKIPPED, Outcome.NORMALISED)
        return next((one for one in worst_first if one in found), Outcome.OK)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A good row as it reaches the plugin: its number in the file, and typed values by field name."""

    row: int
    values: Mapping[str, Any]


class ImportResource(Resource):
    """A kind of rows. One instance serves one pass over one file, so it may remember what it has seen.

    ``key`` names it ("grid.roster"), ``permission`` says who may import, ``export_permission`` who may export masked
    rows, ``disclosure_permissions`` what it takes besides to ask for full values (without any, there is no such export),
    ``counter`` names the column that only counts rows, ``sentences`` adds texts for the codes it uses itself.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    permission: ClassVar[str]
    export_permission: ClassVar[str] = ""
    disclosure_permissions: ClassVar[tuple[str, ...]] = ()
    counter: ClassVar[str] = ""
    sentences: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, column in self.fields.items():
            column.attribute = column.attribute or name

    def begin(self, actor: Actor) -> None:
        """Called once before the first row: look up what every row needs."""

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Called once per chunk before its rows are checked: resolve references in one statement."""

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """Rules across columns. A value that could not be read is missing from ``draft.values``."""

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Write a chunk through the plugin's bulk service; returns counts by what happened.

        The engine's transaction is open: the chunk and the mark of how far we are commit together.
        """
        raise NotImplementedError

    def rows_to_export(self, actor: Actor) -> Iterable[Any]:
        """What the actor may export, each as the columns' ``attribute`` can read it, in order."""
        return ()

    def count_to_export(self, actor: Actor) -> int:
        """How many rows that is; a resource that can count without reading them says so itself."""
        return sum(1 for _row in self.rows_to_export(actor))

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Columns by field name, in order."""
        return dict(cls.fields)

    @classmethod
    def heading_names(cls) -> dict[str, list[str]]:
        """All texts by which each column is found in a heading row: templates are filled in in any language."""
        names = {name: [column.column_name, *column.aliases] for name, column in cls.columns().items()}
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                for name, column in cls.columns().items():
                    names[name].append(str(column.label))
        return names

    def skip(self, cells: Mapping[str, Any]) -> str | None:
        """The code of the reason to leave a row out, or None. ``cells`` holds the raw cells by field name."""
        filled = {name: cell for name, cell in cells.items() if not is_blank(cell)}
        texts = [str(cell).strip() for cell in filled.values()]
        required = {name for name, column in self.fields.items() if column.required}
        if required <= filled.keys():
            return None
        if any(_SUBTOTAL.fullmatch(text) for text in texts):
            return "subtotal_row"
        # A person's row begins with a number or a place, never with the word for who filled in the sheet.
        if texts and _FOOTER.match(texts[0]):
            return "footer"
        return "number_only" if set(filled) <= {self.counter} else None

    def read(self, number: int, cells: Mapping[str, Any]) -> Draft:
        """The typed values of a row's cells, with notes and faults by column."""
        draft = Draft(number)
        for name, column in self.fields.items():
            cell = cells.get(name)
            if is_blank(cell):
                if column.required:
                    draft.fault(name, "required")
                else:
                    draft.values[name] = None
                continue
            try:
                reading = column.widget.read(cell)
            except Fault as fault:
                draft.fault(name, fault.code, **fault.params)
                continue
            draft.values[name] = reading.value
            for code in reading.notes:
                draft.note(name, code)
        return draft

    def pack(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values as JSON can hold them."""
        return {name: column.widget.pack(values.get(name)) for name, column in self.fields.items()}

    def unpack(self, packed: Mapping[str, Any]) -> dict[str, Any]:
        """What ``pack`` made, back."""
        return {name: column.widget.unpack(packed.get(name)) for name, column in self.fields.items()}
