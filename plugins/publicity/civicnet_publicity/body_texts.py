"""Bodies as text in one cell: headings, paragraphs, lists, quotes and tables as people type them, and a mark for whatever else.

A block is told in words only if these, read again, are the same block. Any other (pictures, files, blocks of plugins) is told
by a mark such as ``{{image:3f2a…}}``, which stands for the block as it is held. So what a cell cannot hold is not lost by it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from civicnet.exchange.cells import Fault
from civicnet_publicity import passages

# A cell of a spreadsheet holds 32,767 signs.
MOST = 30_000
LONGEST_HEADING = 120
Raw = dict[str, Any]
_MARK = re.compile(r"\{\{([a-z][a-z0-9_.-]*):([A-Za-z0-9-]+)\}\}")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*\S)")
_BLANK_LINES = re.compile(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*)*\n")
# Most pieces: words that begin and go on as nothing but words.
_PLAIN = re.compile(r"[^\W\d](?: ?[^\s\\*\[\]<>|{}])*")
_SOURCE = "—— "
_RULED = re.compile(r"\|(?: *:?-{3,}:? *\|)+")
_CELL = re.compile(r"(?:\\.|[^\\|])*")


def text_of(body: Sequence[Raw]) -> str:
    """A body as a cell tells it. What goes beyond the cell is told by marks."""
    told, length = [], 0
    for place, block in enumerate(body):
        text = _text(block) or _mark(block, place)
        if length + len(text) > MOST:
            text = _mark(block, place)
        length += len(text) + 2
        told.append(text)
    return "\n\n".join(told)


def canonical(text: str) -> str:
    """A typed body as ``text_of`` would tell it.

    Raises:
        Fault: it holds markup, is too long, or has a heading that is.
    """
    if passages.MARKUP.search(text):
        raise Fault("body_markup")
    told = "\n\n".join(_tidied(piece) for piece in _pieces(text))
    if len(told) > MOST:
        raise Fault("body_too_long", most=MOST)
    return told


def blocks_of(text: str, held: Sequence[Raw]) -> list[Raw]:
    """The body that a canonical text says; blocks whose words have not changed stay the blocks that they were.

    Raises:
        Fault: a mark stands for nothing that is held, or one that is held is missing.
    """
    marks = {_mark(block, place): block for place, block in enumerate(held)}
    waiting = _by_first_piece(held)
    pieces, made = list(_pieces(text)), []
    at = 0
    while at < len(pieces):
        block, taken = _held_words(pieces, at, waiting)
        if block is None and _MARK.fullmatch(pieces[at]):
            if pieces[at] not in marks:
                raise Fault("unknown_mark", mark=pieces[at][:60])
            block, taken = marks.pop(pieces[at]), 1
        made.append(_Piece(block, is_new=False) if block else _Piece(_block(pieces[at]), is_new=True))
        at += taken or 1
    lost = [mark for mark, block in marks.items() if not _text(block)]
    if lost:
        raise Fault("mark_missing", marks="、".join(lost[:5]))
    return _together(made)


def links_of(text: str) -> set[str]:
    """The pages and files of ours to which a canonical text leads."""
    found = {
        href
        for piece in _pieces(text)
        if not (_MARK.fullmatch(piece) or _HEADING.fullmatch(piece) or piece[0] in ">|")
        for href in passages.links(passages.read_passage(piece))
    }
    return {href for href in found if href.startswith(("page:", "document:"))}


def _pieces(text: str) -> Iterator[str]:
    """Pieces between blank lines; a heading is one of its own."""
    for piece in _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n")):
        lines: list[str] = []
        for line in (line.strip(" \t") for line in piece.split("\n")):
            if _HEADING.fullmatch(line) or _MARK.fullmatch(line):
                yield from (["\n".join(lines)] if lines else [])
                yield line
                lines = []
            elif line:
                lines.append(line)
        if lines:
            yield "\n".join(lines)


def _tidied(piece: str) -> str:
    if _MARK.fullmatch(piece) or _PLAIN.fullmatch(piece):
        return piece
    block = _block(piece)
    if block["type"] == "paragraph":
        return "\n\n".join(passages.to_text(one) for one in passages.from_html(block["value"]))
    return _text(block) or piece


def _by_first_piece(held: Sequence[Raw]) -> dict[str, list[tuple[list[str], Raw]]]:
    found: dict[str, list[tuple[list[str], Raw]]] = {}
    for block in held:
        if words := _text(block):
            pieces = list(_pieces(words))
            found.setdefault(pieces[0], []).append((pieces, block))
    # The longest that fits is meant; of equals the first.
    return {first: sorted(many, key=lambda one: -len(one[0])) for first, many in found.items()}


def _held_words(
    pieces: Sequence[str], at: int, waiting: dict[str, list[tuple[list[str], Raw]]]
) -> tuple[Raw | None, int]:
    """The held block whose words stand here, and how many pieces they are; each is given once."""
    for number, (words, block) in enumerate(waiting.get(pieces[at], ())):
        if pieces[at : at + len(words)] == words:
            del waiting[pieces[at]][number]
            return block, len(words)
    return None, 0


def _block(piece: str) -> Raw:
    """A new block of one piece."""
    made: Raw = {"id": str(uuid.uuid4())}
    if heading := _HEADING.fullmatch(piece):
        if len(heading[1]) > LONGEST_HEADING:
            raise Fault("heading_too_long", most=LONGEST_HEADING)
        return made | {"type": "heading", "value": heading[1]}
    lines = piece.split("\n")
    if all(line.startswith(">") for line in lines):
        return made | {"type": "quote", "value": _quote(lines)}
    if len(lines) > 1 and all(line.startswith("|") and line.endswith("|") and len(line) > 1 for line in lines):
        return made | {"type": "table", "value": _table(lines)}
    return made | {"type": "paragraph", "value": passages.to_html([passages.read_passage(piece)])}


@dataclass(slots=True)
class _Piece:
    block: Raw
    is_new: bool


def _together(made: Iterable[_Piece]) -> list[Raw]:
    """New paragraphs that follow each other are one block, as an editor would write them; those that were held stay apart."""
    done: list[_Piece] = []
    for one in made:
        last = done[-1] if done else None
        both = last is not None and last.is_new and one.is_new
        if both and last is not None and last.block["type"] == one.block["type"] == "paragraph":
            last.block["value"] += one.block["value"]
        else:
            done.append(one)
    return [one.block for one in done]


def _text(block: Raw) -> str:
    """A block in words that say the same; "" where there are none."""
    value = block.get("value")
    try:
        if block["type"] == "heading" and isinstance(value, str):
            text = f"## {value}"
        elif block["type"] == "paragraph" and isinstance(value, str):
            return "\n\n".join(passages.to_text(one) for one in passages.from_html(value))
        elif block["type"] == "quote" and isinstance(value, dict):
            text = _quote_text(value)
        elif block["type"] == "table" and isinstance(value, dict):
            text = _table_text(value)
        else:
            return ""
        same = list(_pieces(text)) == [text] and _said(_block(text)) == _said(block)
    except (passages.Unfit, Fault):
        return ""
    return text if same and not passages.MARKUP.search(text) else ""


def _said(block: Raw) -> Any:
    """What a block says, without what nobody sees."""
    value = block["value"]
    if block["type"] == "quote":
        value = {"text": value.get("text", ""), "source": value.get("source") or ""}
    if block["type"] == "table":
        rows = [["" if cell is None else str(cell) for cell in row] for row in value.get("data") or []]
        rest = {
            name: one for name, one in value.items() if name != "data" and one not in (None, "", False, [], "neither")
        }
        rest.pop("table_header_choice", None)
        value = [rows, rest]
    return block["type"], value


def _mark(block: Raw, place: int) -> str:
    return f"{{{{{block['type']}:{block.get('id') or place}}}}}"


def _quote(lines: Sequence[str]) -> dict[str, str]:
    words = [line.removeprefix(">").strip() for line in lines]
    source = words.pop().removeprefix(_SOURCE) if len(words) > 1 and words[-1].startswith(_SOURCE) else ""
    return {"text": "\n".join(words), "source": source[:100]}


def _quote_text(value: dict[str, Any]) -> str:
    lines = [f"> {line}".rstrip() for line in str(value.get("text", "")).split("\n")]
    return "\n".join([*lines, *([f"> {_SOURCE}{value['source']}"] if value.get("source") else [])])


def _table(lines: Sequence[str]) -> dict[str, Any]:
    headed = len(lines) > 1 and bool(_RULED.fullmatch(lines[1]))
    rows = [_cells(line) for at, line in enumerate(lines) if not (headed and at == 1)]
    width = max(map(len, rows))
    return {
        "data": [row + [""] * (width - len(row)) for row in rows],
        "cell": [],
        "first_row_is_table_header": headed,
        "first_col_is_header": False,
        "table_header_choice": "row" if headed else "neither",
        "table_caption": "",
    }


def _cells(line: str) -> list[str]:
    found, at = [], 1
    while at < len(line):
        match = _CELL.match(line, at)
        end = match.end() if match else at
        found.append(re.sub(r"\\([\\|])", r"\1", line[at:end].strip()))
        at = end + 1
    return found


def _table_text(value: dict[str, Any]) -> str:
    rows = [["" if cell is None else str(cell) for cell in row] for row in value.get("data") or []]
    lines = ["| " + " | ".join(re.sub(r"[\\|]", r"\\\g<0>", cell) for cell in row) + " |" for row in rows]
    if value.get("first_row_is_table_header") and rows:
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def as_json(body: Sequence[Raw]) -> str:
    """As the field takes it."""
    return json.dumps(list(body), ensure_ascii=False)
