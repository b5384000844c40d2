"""Forms of the admin: the article's, and the one a returned text needs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError, StructBlock, StructBlockValidationError
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Site

from civicnet_publicity.checks.dictionary import WordKind
from civicnet_publicity.checks.findings import Severity
from civicnet_publicity.typed_form import TypedFieldsForm


class DateInput(forms.DateInput):
    """The browser's own date field: it knows the person's calendar and works by keyboard."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


# What the buttons that send an article to its reviews are called.
_SENDS_ON = ("action-submit", "action-restart-workflow")


class ReturnForm(TaskStateCommentForm):
    """Why a text goes back, for its author to read."""

    elements: ClassVar[Mapping[str, str | None]] = {"comment": None}

    comment = forms.CharField(label=gettext_lazy("What has to change"), widget=forms.Textarea({"rows": 3}))


class UrgentApprovalForm(TaskStateCommentForm):
    """Why a text that went the urgent way may go out."""

    elements: ClassVar[Mapping[str, str | None]] = {"comment": None}

    comment = forms.CharField(label=gettext_lazy("Why it may go out now"), widget=forms.Textarea({"rows": 3}))


class UrgentForm(forms.Form):
    """Why an article goes straight to its last review."""

    elements: ClassVar[Mapping[str, str | None]] = {"reason": None}

    reason = forms.CharField(
        label=gettext_lazy("Why can it not wait?"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For example: a storm warning that residents need within the hour."),
    )


class MakeUpForm(forms.Form):
    """What a step says of a text that is published already."""

    elements: ClassVar[Mapping[str, str | None]] = dict.fromkeys(("verdict", "comment"))

    verdict = forms.ChoiceField(
        label=gettext_lazy("The published text"),
        choices=[
            ("CONFIRMED", gettext_lazy("is in order")),
            ("OBJECTED", gettext_lazy("has to be corrected or taken down")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=pgettext_lazy("sheet", "Comment"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        """An objection says what is wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") == "OBJECTED" and not cleaned.get("comment"):
            self.add_error("comment", _("Say what has to be corrected."))
        return cleaned


class ArticleForm(TypedFieldsForm, WagtailAdminPageForm):
    """The article's form: offers the columns of other sites, and numbers what is disclosed."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "title": "article.title",
        "summary": "article.summary",
        "body": "article.body",
        "image": "article.image",
        "source": "article.source",
        "author": "article.author",
        "keywords": "article.keywords",
        "also_in": "article.columns",
        "channels_as_column": "article.channels",
        "channels": "article.channels",
        "index_number": "article.index_number",
        "document_number": "article.document_number",
        "issuing_body": "article.issuing_body",
        "document_date": "article.document_date",
        "theme_class": "article.classes",
        "form_class": "article.classes",
        "group_class": "article.classes",
        "validity": "article.validity",
        "valid_from": "article.validity",
        "valid_until": "article.validity",
        "disclosure_way": "article.disclosure",
        "disclosure_scope": "article.disclosure",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("also_in"):
            self._offer_columns(field)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """The address that was typed; else one made of the title, or of the day where the title has no letters (an emoji)."""
        from civicnet_publicity.selectors.sheets import slug_of

        typed: str = self.cleaned_data.get("slug", "")
        made = slug_of(self.cleaned_data.get("title", ""))
        return typed or made or f"{timezone.localdate():%Y%m%d}-{secrets.token_hex(3)}"

    def clean(self) -> dict[str, Any]:
        """Check what the page alone cannot see: its neighbours in the column."""
        cleaned: dict[str, Any] = super().clean()
        slug = cleaned.get("slug")
        if slug and self._taken_by_placement(slug):
            self.add_error("slug", _("An article placed in this column from another site has this address already."))
        if self._is_disclosed() and "index_number" in self.fields and not cleaned.get("index_number"):
            self._number(cleaned)
        if any(action in self.data for action in _SENDS_ON) and not self.errors:
            self._check(cleaned)
        return cleaned

    def _check(self, cleaned: dict[str, Any]) -> None:
        """Say beside the fields what stops the text before it is sent on; what was typed stays in the form."""
        from civicnet_publicity.services.gate import found_parts, stopping_in

        typed = found_parts(self.shape, self.instance.field_values) if self.shape else None
        found = stopping_in(cleaned, article=self.instance.pk, disclosed=self._is_disclosed(), typed=typed)
        in_blocks: dict[int, list[str]] = {}
        for finding in found:
            if finding.field == "body" and finding.number >= 0:
                in_blocks.setdefault(finding.number, []).append(finding.sentence)
            else:
                self.add_error(finding.field if finding.field in self.fields else None, finding.sentence)
        if in_blocks:
            self.add_error("body", _block_errors(in_blocks, cleaned["body"]))
        if found:
            said = ngettext(
                "Not sent on: %(count)d finding must be changed first. “Save draft” keeps the text meanwhile.",
                "Not sent on: %(count)d findings must be changed first. “Save draft” keeps the text meanwhile.",
                len(found),
            )
            self.add_error(None, said % {"count": len(found)})

    def _offer_columns(self, field: Any) -> None:
        sites = list(Site.objects.select_related("root_page").order_by("pk"))
        # The longest root wins: one site may lie inside another.
        roots = sorted(((site.root_page.path, site) for site in sites), key=lambda one: -len(one[0]))

        def site_at(path: str) -> Any:
            return next((site for root, site in roots if path.startswith(root)), None)

        home = site_at(self.parent_page.path) if self.parent_page else None
        elsewhere = [
            column.pk for column in field.queryset.live() if (site := site_at(column.path)) is not None and site != home
        ]
        field.queryset = field.queryset.filter(pk__in=elsewhere).order_by("path")
        field.label_from_instance = lambda column: (
            f"{site_at(column.path).site_name or site_at(column.path)} · {column.title}"
        )
        field.widget = forms.CheckboxSelectMultiple(choices=field.choices)

    def _taken_by_placement(self, slug: str) -> bool:
        from civicnet_publicity.models import Placement, PlacementState

        placed = Placement.objects.filter(
            column_id=getattr(self.parent_page, "pk", None), state=PlacementState.PLACED, article__slug=slug
        )
        return bool(placed.exclude(article=self.instance.pk).exists())

    def _is_disclosed(self) -> bool:
        from civicnet_publicity.models import ColumnKind, ColumnPage

        column = ColumnPage.objects.filter(pk=getattr(self.parent_page, "pk", None))
        return bool(column.filter(kind=ColumnKind.DISCLOSURE).exists())

    def _number(self, cleaned: dict[str, Any]) -> None:
        from civicnet_publicity.errors import NoIndexNumber
        from civicnet_publicity.selectors import next_index_number

        try:
            cleaned["index_number"] = next_index_number(column=self.parent_page, year=timezone.localdate().year)
        except NoIndexNumber as error:
            self.add_error("index_number", str(error))


class OverrideForm(forms.Form):
    """Why an article goes on in spite of findings."""

    elements: ClassVar[Mapping[str, str | None]] = {"reason": None}

    reason = forms.CharField(
        label=gettext_lazy("Why may it go on like this?"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For example: the number is that of the office, and has been published before."),
    )


class WordForm(forms.Form):
    """One word of the dictionary."""

    elements: ClassVar[Mapping[str, str | None]] = dict.fromkeys(
        ("wrong", "right", "kind", "severity", "exceptions", "reason", "source")
    )

    wrong = forms.CharField(label=pgettext_lazy("dictionary", "Word"), max_length=60)
    right = forms.CharField(label=gettext_lazy("Write instead"), max_length=60, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of word"), choices=WordKind.choices)
    severity = forms.ChoiceField(
        label=gettext_lazy("How bad"),
        choices=Severity.choices,
        initial=Severity.WARNING,
        help_text=gettext_lazy("What must be changed stops review and publication."),
    )
    exceptions = forms.CharField(
        label=gettext_lazy("Exceptions"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Longer words in which it is no fault, one a line."),
    )
    reason = forms.CharField(label=pgettext_lazy("dictionary", "Reason"), max_length=200, required=False)
    source = forms.CharField(
        label=pgettext_lazy("dictionary", "Source"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The norm or notice it comes from."),
    )


class LeaderForm(forms.Form):
    """One entry of the list of leaders."""

    elements: ClassVar[Mapping[str, str | None]] = dict.fromkeys(("name", "title", "order", "since", "until"))

    name = forms.CharField(label=pgettext_lazy("leader", "Name"), max_length=40)
    title = forms.CharField(
        label=pgettext_lazy("leader", "Title"),
        max_length=120,
        help_text=gettext_lazy("As it is written before the name; several separated by 、."),
    )
    order = forms.IntegerField(
        label=pgettext_lazy("leader", "Order"), min_value=1, help_text=gettext_lazy("1 comes first.")
    )
    since = forms.DateField(label=pgettext_lazy("leader", "From"), required=False, widget=DateInput())
    until = forms.DateField(label=pgettext_lazy("leader", "To"), required=False, widget=DateInput())


class ChannelForm(forms.Form):
    """A channel: its name, whether it is on, and what its kind asks for."""

    # What a kind asks for is known at run time, and nobody's data.
    elements: ClassVar[Mapping[str, str | None]] = {"name": None, "is_on": None}

    name = forms.CharField(label=pgettext_lazy("channel", "Name"), max_length=60)
    is_on = forms.BooleanField(
        label=pgettext_lazy("channel", "On"),
        required=False,
        initial=True,
        help_text=gettext_lazy("While it is off nothing new goes there. What is taken down is still withdrawn there."),
    )

    def __init__(self, kind: Any, clients: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = [field.name for field in kind.fields]
        for field in kind.fields:
            self.fields[f"value_{field.name}"] = _channel_field(field, clients)
        self.order_fields(["name", *(f"value_{name}" for name in self._names), "is_on"])

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        values = {name: data[f"value_{name}"] or "" for name in self._names}
        return {"name": data["name"], "is_on": data["is_on"], "values": values}


def _channel_field(field: Any, clients: Any) -> forms.Field:
    told: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.required}
    if field.form == "secret":
        # Whoever changes something else need not know it; the service asks for it where there is none.
        hidden = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        return forms.CharField(**told | {"required": False}, max_length=500, widget=hidden)
    if field.form == "client":
        choices = [("", "—"), *((str(client.pk), client.name) for client in clients)]
        return forms.ChoiceField(**told, choices=choices)
    place = {"autocomplete": "off", "spellcheck": "false"}
    if field.form == "address":
        return forms.CharField(**told, max_length=500, widget=forms.URLInput(attrs=place | {"placeholder": "https://"}))
    return forms.CharField(**told, max_length=500, widget=forms.TextInput(attrs=place))


def _block_errors(sentences: Mapping[int, list[str]], body: Any) -> StreamBlockValidationError:
    return StreamBlockValidationError(
        block_errors={
            number: StructBlockValidationError(non_block_errors=ErrorList(said))
            if isinstance(body[number].block, StructBlock)
            else ValidationError(said)
            for number, said in sentences.items()
        }
    )
