"""The dictionary and the list of leaders as sheets, in and out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import Actor
from civicnet.exchange.cells import CellWidget, ChoiceWidget, DateWidget, Fault, Reading, TextWidget, plain_text
from civicnet.exchange.quantities import WholeNumberWidget
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet.ledger.images import noted
from civicnet_publicity.checks.findings import Severity
from civicnet_publicity.models import Leader, ListedWord, WordKind
from civicnet_publicity.permissions import KEEP_WORDS
from civicnet_publicity.selectors.checking import all_leaders, all_words, listed_leaders, listed_words
from civicnet_publicity.services import keep_leader, keep_word

KINDS = {
    "错别字": WordKind.MISSPELT.value,
    "敏感词": WordKind.SENSITIVE.value,
    "称谓有误": WordKind.TITLE.value,
}
SEVERITIES = {"必须改": Severity.BLOCKER.value, "应核对": Severity.WARNING.value, "可改进": Severity.HINT.value}
_BETWEEN = re.compile(r"\s*[|｜;；\n]\s*")


class LinesWidget(CellWidget):
    """Several words in one cell, separated by bars."""

    most = 600

    def read(self, cell: Any) -> Reading:
        """One a line."""
        text = "\n".join(filter(None, _BETWEEN.split(plain_text(cell).strip())))
        if len(text) > self.most:
            raise Fault("too_long", most=self.most)
        return Reading(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """With bars again."""
        return (value or "").replace("\n", "|")


class WordResource(ImportResource):
    """The dictionary, each word recognised by itself."""

    key = "publicity.words"
    label = _("Dictionary of words")
    permission = KEEP_WORDS
    export_permission = KEEP_WORDS
    natural_key = ("wrong",)
    held_columns = {name: name for name in ("wrong", "right", "kind", "severity", "exceptions", "reason", "source")}
    listed_by = {"civicnet_publicity.listedword": "pk"}
    # One dictionary for all who keep it.
    lies_under = {"civicnet_publicity.listedword": ()}
    sentences = {
        "same_word": _("What to write instead is the same word."),
        "stray_exception": _("An exception is a longer word with this word in it."),
    }

    wrong = Column(
        column_name="词语",
        label=pgettext_lazy("dictionary", "Word"),
        widget=TextWidget(most=60),
        aliases=["错误词", "错误写法", "敏感词"],
        required=True,
        example="穿流不息",
    )
    right = Column(
        column_name="应改为",
        label=_("Write instead"),
        widget=TextWidget(most=60),
        aliases=["正确词", "正确写法", "建议"],
        example="川流不息",
    )
    kind = Column(
        column_name="类别", label=_("Kind of word"), widget=ChoiceWidget(KINDS), required=True, example="错别字"
    )
    severity = Column(
        column_name="程度", label=_("How bad"), widget=ChoiceWidget(SEVERITIES), required=True, example="必须改"
    )
    exceptions = Column(
        column_name="例外",
        label=_("Exceptions"),
        widget=LinesWidget(),
        note=_("Longer words in which it is no fault, separated by |."),
    )
    reason = Column(column_name="理由", label=pgettext_lazy("dictionary", "Reason"), widget=TextWidget(most=200))
    source = Column(column_name="依据", label=pgettext_lazy("dictionary", "Source"), widget=TextWidget(most=200))

    def held_rows(self) -> QuerySet[ListedWord]:
        """All of them."""
        return all_words()

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """A word is not its own correction, and an exception holds it."""
        wrong, right = draft.values.get("wrong"), draft.values.get("right")
        if wrong and wrong == right:
            draft.fault("right", "same_word")
        for longer in (draft.values.get("exceptions") or "").splitlines():
            if wrong and (wrong not in longer or wrong == longer):
                draft.fault("exceptions", "stray_exception")
                break

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, like every other write, and noted, so that the sheet can be taken back."""
        meant = self.held_rows().filter(wrong__in=[row.values["wrong"] for row in rows])
        with noted(meant, fields=[*self.held_columns]) as origins:
            for row in rows:
                kept = keep_word(actor=actor, **{name: value or "" for name, value in row.values.items()})
                origins[kept.pk] = row.row
        return {}

    def rows_to_export(self, actor: Actor) -> Iterator[ListedWord]:
        """As they were put in."""
        yield from self.narrowed(listed_words(actor)).order_by("pk").iterator(chunk_size=2000)


class LeaderResource(ImportResource):
    """The list of leaders, each recognised by name and title."""

    key = "publicity.leaders"
    label = _("List of leaders")
    permission = KEEP_WORDS
    export_permission = KEEP_WORDS
    natural_key = ("name", "title")
    held_columns = {name: name for name in ("name", "title", "order", "since", "until")}
    listed_by = {"civicnet_publicity.leader": "pk"}
    # One list for all who keep it.
    lies_under = {"civicnet_publicity.leader": ()}
    sentences = {"ends_before_it_begins": _("The term ends before it begins: correct one of the two days.")}

    name = Column(
        column_name="姓名",
        label=pgettext_lazy("leader", "Name"),
        widget=TextWidget(most=40),
        required=True,
        example="演示甲",
    )
    title = Column(
        column_name="职务",
        label=pgettext_lazy("leader", "Title"),
        widget=TextWidget(most=120),
        required=True,
        example="演示县县长",
    )
    order = Column(
        column_name="排序",
        label=pgettext_lazy("leader", "Order"),
        widget=WholeNumberWidget(least=1, most=9999),
        required=True,
        example="1",
    )
    since = Column(column_name="任职起", label=pgettext_lazy("leader", "From"), widget=DateWidget())
    until = Column(column_name="任职止", label=pgettext_lazy("leader", "To"), widget=DateWidget())

    def held_rows(self) -> QuerySet[Leader]:
        """All of them."""
        return all_leaders()

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """Nobody's time ends before it begins, whichever of the two days the file has a column for."""
        since, until = draft.values.get("since"), draft.values.get("until")
        if since and until and until < since:
            draft.fault("until", "ends_before_it_begins")

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, and noted."""
        meant = self.held_rows().filter(name__in={row.values["name"] for row in rows})
        held = {(one.name, one.title): one.pk for one in meant}
        with noted(meant, fields=[*self.held_columns]) as origins:
            for row in rows:
                given: dict[str, Any] = dict(row.values)
                kept = keep_leader(actor=actor, pk=held.get((given["name"], given["title"])), **given)
                origins[kept.pk] = row.row
        return {}

    def rows_to_export(self, actor: Actor) -> Iterator[Leader]:
        """In their order."""
        yield from self.narrowed(listed_leaders(actor)).order_by("order", "pk")


RESOURCES = [WordResource, LeaderResource]
