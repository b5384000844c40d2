"""The rules of a row of an articles' sheet that need no more than the row, and what is held of its article."""

from __future__ import annotations

from django.utils import timezone

from civicnet.exchange.cells import Fault
from civicnet.exchange.resource import Draft
from civicnet_publicity import body_texts
from civicnet_publicity.article_columns import DRAFT, PENDING, PUBLISHED
from civicnet_publicity.column_names import BETWEEN, ColumnNames
from civicnet_publicity.index_numbers import RULE
from civicnet_publicity.pictures import Offered, Pictures
from civicnet_publicity.selectors.sheets import Picture, Place, Written

# Says that a file has the name of the picture that is held, and shows something else.
ANEW = " ↻"


def check_place(draft: Draft, held: Written, place: Place, above: Place | None) -> None:
    """What is there stays where it is: moving it, and giving it another address, are acts of their own."""
    if held.hidden:
        draft.fault("column", "out_of_scope")
    elif above is not place:
        draft.fault("column", "move_needed")
    elif draft.values.get("slug") != held.values["slug"]:
        draft.fault("slug", "address_stays")


def check_also_in(draft: Draft, held: Written | None, place: Place, columns: ColumnNames) -> None:
    """What is newly named is a column of another site that readers can find; where it stood before it may stay."""
    text = draft.values.get("also_in")
    if text is None:
        return
    before = held.values["also_in"] if held else ()
    wrong = [
        one.key
        for one in columns.named(text)
        if one.column.pk not in before and (one.site == place.site or not one.column.live)
    ]
    if wrong:
        draft.fault("also_in", "also_not_elsewhere", columns=BETWEEN.join(wrong[:5]))


def check_number(draft: Draft, held: Written | None) -> None:
    """Written by the rule, and for good once readers have seen it."""
    number = draft.values.get("index_number")
    kept = held.values["index_number"] if held else None
    if number is None or number == kept:
        return
    if not RULE.fits(number):
        draft.fault("index_number", "index_number_form")
    elif kept and held is not None and held.page.first_published_at:
        draft.fault("index_number", "index_number_permanent", number=kept)


def check_day(draft: Draft) -> None:
    """Nothing was made tomorrow."""
    day = draft.values.get("document_date")
    if day is not None and day > timezone.localdate():
        draft.fault("document_date", "future_date")


def check_validity(draft: Draft, held: Written | None) -> None:
    """Nothing ends before it begins."""
    begins, ends = (
        draft.values.get(name) or (held.values[name] if held else None) for name in ("valid_from", "valid_until")
    )
    if begins and ends and ends < begins:
        draft.fault("valid_until", "validity_order")


def check_state(draft: Draft, held: Written | None, *, publishes: bool) -> None:
    """Only some publish; nobody takes down."""
    state, live = draft.values.get("state"), held is not None and held.page.live
    if state == PENDING or (held is not None and not held.editable):
        draft.values["state"] = None
    elif state == DRAFT and live:
        draft.fault("state", "unpublish_elsewhere")
    elif state == PUBLISHED and not publishes:
        # What is published may stand there as it was taken out.
        draft.values["state"] = None
        if not live:
            draft.fault("state", "publish_not_allowed")


def check_body(draft: Draft, held: Written | None) -> None:
    """Nothing gets lost that a cell does not hold, and nothing is led to that was not led to before."""
    text = draft.values.get("body")
    if text is None:
        return
    before = held.body if held else ()
    try:
        body_texts.blocks_of(text, before)
    except Fault as fault:
        draft.fault("body", fault.code, **fault.params)
    if body_texts.links_of(text) - body_texts.links_of(body_texts.text_of(before)):
        draft.fault("body", "unknown_link")


class PictureCheck:
    """The pictures that the rows of one file name, each with what it shows."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._said: dict[str, tuple[str | None, int]] = {}

    def check(self, draft: Draft, present: Picture | None, *, image: str = "image", words: str = "image_alt") -> None:
        """A picture is ``present`` already, came along, or is in the library; a new one says what it shows.

        ``image`` and ``words`` are the columns of the sheet.
        """
        name = draft.values.get(image)
        try:
            offered = self._pictures.offered(name) if name else None
        except Fault as fault:
            draft.fault(image, fault.code, **fault.params)
            return
        if name is None and present is None and draft.values.get(words):
            draft.values[words] = None
            draft.note(words, "alt_without_picture")
        elif offered is None and (name is None or (present and present.name == name)):
            _stays(draft, present, words)
        elif offered is None:
            self._chosen(draft, self._pictures.named(name or ""), image, words)
        elif present and present.digest == offered.digest:
            draft.values[image] = present.name
            _stays(draft, present, words)
        else:
            draft.values[image] = f"{name}{ANEW}" if present and present.name == name else name
            self._comes(draft, offered, words)

    def _chosen(self, draft: Draft, picture: Picture | None, image: str, words: str) -> None:
        if picture is None:
            draft.fault(image, "picture_unknown")
        else:
            _keeps(draft, picture, words)

    def _comes(self, draft: Draft, offered: Offered, words: str) -> None:
        known = self._pictures.in_library(offered.digest)
        if known is not None:
            _keeps(draft, known, words)
            return
        said = draft.values.get(words)
        first, row = self._said.setdefault(offered.digest, (said, draft.row))
        if not said and not first:
            draft.fault(words, "alt_needed")
        elif said and said != first:
            draft.fault(words, "alt_differs", row=row)
        else:
            draft.values[words] = first


def _stays(draft: Draft, present: Picture | None, words: str) -> None:
    said = draft.values.get(words)
    if present and said and said != present.shows:
        draft.fault(words, "alt_elsewhere")


def _keeps(draft: Draft, picture: Picture, words: str) -> None:
    if draft.values.get(words) not in (None, picture.shows):
        draft.note(words, "alt_kept")
    draft.values[words] = picture.shows or None
