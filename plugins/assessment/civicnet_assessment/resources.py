"""Assessments as a sheet: what was filed goes out, and what assessors filled in away from the screens comes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import Organisation
from civicnet.contract import Actor
from civicnet.exchange.cells import Fault, TextWidget
from civicnet.exchange.matching import Held
from civicnet.exchange.models import RowKind
from civicnet.exchange.quantities import DecimalWidget, WholeNumberWidget
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet.exchange.shown import ShownWidget
from civicnet.exchange.words import WordsWidget
from civicnet.ledger.undoing import TakesBack
from civicnet_assessment.errors import SubjectUnknown
from civicnet_assessment.hookspecs import Subject
from civicnet_assessment.models import Assessment, AssessmentForm
from civicnet_assessment.permissions import ASSESS, VIEW, can_assess
from civicnet_assessment.scores import scores_read, scores_told, tidy
from civicnet_assessment.selectors import assessments_of, filed_assessments, forms_named, visible_assessments
from civicnet_assessment.services import FilledForm, file_assessments, take_back_assessment
from civicnet_assessment.subjects import subjects_numbered

MOST_SCORES, MOST_COMMENT = 30_000, 2_000
# Of an export; each takes the same few statements.
_AT_ONCE = 500
Named = tuple[int, str]


class AssessmentResource(ImportResource):
    """What was filed, a row a person and form. A sheet files what nobody has filed; what is filed stays as it is.

    Whoever imports it is its assessor, by the same rules as on the screen.
    """

    key = "assessment.results"
    label = pgettext_lazy("assessment", "Assessments")
    permission = ASSESS
    export_permission = VIEW
    natural_key = ("year", "form", "office", "number")
    told_by = ("name", "form")
    # Each is taken back by itself, and nobody should wait long for a chunk of them.
    rows_at_once = 20
    listed_by = {"civicnet_assessment.assessment": "pk"}
    sentences = {
        "unknown_form": _("There is no form with this title in this year."),
        "office_needed": _(
            "Several organisations have a form with this title. Give the code of the one that is meant."
        ),
        "unknown_person": _("Nobody with this number is known to you."),
        "other_person": _("This number belongs to somebody else: %(person)s."),
        "not_under_form": _("This person does not serve under the organisation of this form."),
        "out_of_scope": _("You may not assess people of this organisation."),
        "own_assessment": _("Nobody assesses themself. Ask a colleague to fill in this form."),
        "form_closed": _("This form is not open today."),
        "filed_already": _("This person has been assessed on this form. What is filed stays as it is."),
        "scores_unreadable": _(
            "Write each item on a line of its own: its name, a colon, its points, and in brackets what they rest on. "
            "Something else stands after “%(item)s”."
        ),
        "score_twice": _("“%(item)s” stands there twice."),
        "score_missing": _("Give points for “%(item)s”."),
        "score_limits": _("“%(item)s” brings 0 to %(most)s points."),
        "score_decimals": _("Points have at most two decimals: “%(item)s”."),
        "score_note": _("What the points of “%(item)s” rest on is longer than %(most)s characters."),
        "total_differs": _("The points together are %(total)s."),
    }

    year = Column(
        column_name="年度",
        label=_("Year"),
        widget=WholeNumberWidget(least=2000, most=2100),
        required=True,
        example="2026",
    )
    form = Column(
        column_name="考核表",
        label=_("Assessment form"),
        widget=WordsWidget(most=200),
        aliases=["考核表名称"],
        required=True,
        example="2026年度网格员考核",
    )
    office = Column(
        column_name="考核单位代码",
        label=_("Code of the organisation of the form"),
        widget=TextWidget(most=20),
        note=_("May be left out where one form has this title."),
        example="222403001",
    )
    number = Column(
        column_name="被考核人编号",
        label=_("Number of the person assessed"),
        widget=WordsWidget(most=100),
        aliases=["工号", "网格员编号", "网格员工号", "编号"],
        required=True,
        note=_("For grid workers the worker number."),
        example="W000001",
    )
    name = Column(
        column_name="被考核人",
        label=_("Person assessed"),
        widget=WordsWidget(most=200),
        aliases=["姓名", "被考核人姓名"],
        note=_("Compared with the number, so that nobody gets the points of somebody else."),
        example="演示甲",
    )
    scores = Column(
        column_name="各项得分",
        label=_("Points by item"),
        widget=WordsWidget(most=MOST_SCORES),
        aliases=["得分", "分项得分"],
        required=True,
        note=_("A line an item: its name, a colon, its points, and in brackets what they rest on."),
        example="入户走访：18（走访记录）\n年度述职：9",
    )
    total = Column(
        column_name="总分",
        label=_("Total"),
        widget=DecimalWidget(least=0, most=999_999, places=2),
        aliases=["合计得分"],
        note=_("May be left out; if it is there, it must be the sum."),
    )
    comment = Column(
        column_name="考核意见",
        label=pgettext_lazy("assessment", "Comment"),
        widget=WordsWidget(most=MOST_COMMENT),
        aliases=["评语", "考核评语"],
        blank_keeps=True,
    )
    assessor = Column(column_name="考核人", label=_("Assessor"), widget=ShownWidget(), note=_("For reading only."))
    filed_at = Column(column_name="提交时间", label=_("Filed"), widget=ShownWidget(), note=_("For reading only."))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._forms: dict[Named, list[AssessmentForm]] = {}
        self._subjects: dict[str, list[Subject]] = {}
        self._numbers: dict[str, str] = {}
        self._places: dict[int, Organisation] = {}

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find the forms, the people and where they serve: three statements. What can be meant in one way is filled in."""
        self._find(drafts, actor)
        for draft in drafts:
            values = draft.values
            forms = self._forms_of(values)
            if len(forms) == 1 and values.get("office", "") is None:
                values["office"] = forms[0].organisation.code
            if len(forms) == 1:
                # However many blanks stand in its title, it is the same form.
                values["form"] = forms[0].title
            if (given := values.get("number")) in self._numbers:
                values["number"] = self._numbers[given]

    def held(
        self, rows: Sequence[Draft | TypedRow], actor: Actor, *, lock: bool = False
    ) -> Mapping[int, Sequence[Held]]:
        """What was filed on these forms about these people; what the actor may not read is held without a word of it."""
        self._find(rows, actor)
        wanted = {row.row: pair for row in rows if (pair := self._pair(row.values))}
        found = {(one.form_id, one.subject_key): one for one in assessments_of(wanted.values(), lock=lock)}
        read = set(
            visible_assessments(actor).filter(pk__in=[one.pk for one in found.values()]).values_list("pk", flat=True)
        )
        given = {row.row: row.values for row in rows}
        return {
            number: [_held(found[pair], given[number], shown=found[pair].pk in read)]
            for number, pair in wanted.items()
            if pair in found
        }

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """The form must be one, the person known, and each item scored."""
        values = draft.values
        forms = self._forms_of(values)
        if None not in (values.get("year"), values.get("form")) and len(forms) != 1:
            draft.fault(*(("office", "office_needed") if forms else ("form", "unknown_form")))
        subjects = self._subjects.get(values.get("number") or "", ())
        if len(subjects) > 1:
            draft.fault("number", "several_matches", count=len(subjects))
        if len(forms) == 1 and values.get("scores") is not None:
            self._check_scores(draft, forms[0])

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """Only what nobody has filed is new, and filed by the rules of the screen."""
        match, values = draft.match, draft.values
        if match is None or match.kind == RowKind.UNCHANGED:
            return
        if match.kind == RowKind.CHANGED:
            draft.fault("number", "filed_already")
            return
        (form,) = self._forms_of(values)
        subject = next(iter(self._subjects.get(values["number"], ())), None)
        if subject is None:
            draft.fault("number", "unknown_person")
            return
        place = self._places.get(subject.organisation_id)
        if place is None or not place.path.startswith(form.organisation.path):
            draft.fault("number", "not_under_form")
        elif not can_assess(actor, place):
            draft.fault("number", "out_of_scope")
        elif subject.user_id is not None and str(subject.user_id) == actor.id:
            draft.fault("number", "own_assessment")
        elif not form.opens <= timezone.localdate() <= form.closes:
            draft.fault("form", "form_closed")
        elif (name := values.get("name")) and name not in subject.label and subject.label not in name:
            draft.fault("name", "other_person", person=subject.label)
        self._check_total(draft, form)

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, which asks everything once more."""
        return file_assessments(filled=[self._filled(row) for row in rows], actor=actor)

    def taken_back_by(self, actor: Actor) -> Mapping[str, TakesBack]:
        """What the sheet filed goes with its scores, unless somebody has touched it since."""
        return {Assessment._meta.label_lower: partial(take_back_assessment, actor=actor)}

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """What was filed and the actor may read, the latest first."""
        found = iter(self.narrowed(filed_assessments(actor)).iterator(chunk_size=_AT_ONCE))
        while some := list(islice(found, _AT_ONCE)):
            keys = {one.subject_key for one in some}
            numbers = {one.key: number for number, (one, *_more) in subjects_numbered(actor, keys=keys).items()}
            for one in some:
                yield _told(one) | {
                    "office": one.form.organisation.code,
                    # Whoever is not there any more is known by the key.
                    "number": numbers.get(one.subject_key, one.subject_key),
                    "name": one.subject_label,
                    "total": float(one.total),
                    "assessor": str(one.assessor),
                    "filed_at": one.filed_at,
                }

    def count_to_export(self, actor: Actor) -> int:
        """Counted by the database."""
        return filed_assessments(actor).count()

    def references(self, actor: Actor, most: int) -> Mapping[str, Sequence[tuple[str, str]]]:
        """The forms that can be filled in today."""
        return {"form": [(form.title, form.organisation.name) for form in forms_named(actor, None)][:most]}

    def _find(self, rows: Sequence[Draft | TypedRow], actor: Actor) -> None:
        named = {name for row in rows if (name := _named(row.values))} - self._forms.keys()
        if named:
            self._forms |= {name: [] for name in named}
            for form in forms_named(actor, named):
                self._forms.setdefault((form.year, tidy(form.title)), []).append(form)
        numbers = {number for row in rows if (number := row.values.get("number"))} - self._subjects.keys()
        if numbers:
            found = subjects_numbered(actor, numbers=numbers, keys=numbers)
            self._subjects |= {number: [] for number in numbers} | found
            # A person may also be named by the key, and is the same person.
            self._numbers |= {one.key: number for number, (one, *_more) in found.items() if one.key in numbers}
            new = {one.organisation_id for several in found.values() for one in several} - self._places.keys()
            self._places |= Organisation.objects.in_bulk(new) if new else {}

    def _forms_of(self, values: Mapping[str, Any]) -> list[AssessmentForm]:
        name, office = _named(values), values.get("office")
        found = self._forms.get(name, []) if name else []
        return [form for form in found if office in (None, form.organisation.code)]

    def _pair(self, values: Mapping[str, Any]) -> tuple[int, str] | None:
        forms, number = self._forms_of(values), values.get("number")
        if len(forms) != 1 or not number:
            return None
        subjects = self._subjects.get(number, ())
        return forms[0].pk, subjects[0].key if subjects else number

    def _check_scores(self, draft: Draft, form: AssessmentForm) -> None:
        items = list(form.items.all())
        try:
            scores = scores_read(draft.values["scores"], items)
        except Fault as fault:
            draft.fault("scores", fault.code, **fault.params)
            return
        draft.values["scores"] = scores_told(items, scores.points, scores.notes)

    @staticmethod
    def _check_total(draft: Draft, form: AssessmentForm) -> None:
        given = draft.values["total"]
        total = sum(scores_read(draft.values["scores"], list(form.items.all())).points.values(), Decimal(0))
        if given is not None and round(Decimal(str(given)), 2) != total:
            draft.fault("total", "total_differs", total=f"{total.normalize():f}")

    def _filled(self, row: TypedRow) -> FilledForm:
        forms, subjects = self._forms_of(row.values), self._subjects.get(row.values["number"], ())
        # Since the check somebody may have gone, or the form from sight.
        if len(forms) != 1 or not subjects:
            raise SubjectUnknown(field="subject_key")
        form = forms[0]
        scores = scores_read(row.values["scores"], list(form.items.all()))
        return FilledForm(
            row=row.row,
            form=form,
            subject=subjects[0],
            points=scores.points,
            notes=scores.notes,
            comment=row.values["comment"] or "",
        )


def _named(values: Mapping[str, Any]) -> Named | None:
    year, title = values.get("year"), values.get("form")
    return (year, tidy(title)) if year and title else None


def _held(one: Assessment, given: Mapping[str, Any], *, shown: bool) -> Held:
    # Under the row's own words for form and person; of what may not be read only that it is there.
    key = {name: given.get(name) for name in AssessmentResource.natural_key}
    told = _told(one) if shown else {"scores": "-"}
    return Held(one.pk, key | {name: told[name] for name in ("scores", "comment") if name in told})


def _told(one: Assessment) -> dict[str, Any]:
    scores = list(one.scores.all())
    items = [score.item for score in scores]
    points = {score.item.code: score.points for score in scores}
    notes = {score.item.code: score.note for score in scores}
    return {
        "year": one.form.year,
        "form": one.form.title,
        "scores": scores_told(items, points, notes),
        "comment": one.comment.replace("\r\n", "\n").strip(),
    }
