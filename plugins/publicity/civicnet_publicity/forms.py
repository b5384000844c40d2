"""Forms of the admin: the article's, and the one a returned text needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Site


class ReturnForm(TaskStateCommentForm):
    """Why a text goes back, for its author to read."""

    elements: ClassVar[Mapping[str, str | None]] = {"comment": None}

    comment = forms.CharField(label=gettext_lazy("What has to change"), widget=forms.Textarea({"rows": 3}))


class ArticleForm(WagtailAdminPageForm):
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
        "index_number": "article.index_number",
        "document_number": "article.document_number",
        "issuing_body": "article.issuing_body",
        "document_date": "article.document_date",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("also_in"):
            self._offer_columns(field)

    def clean(self) -> dict[str, Any]:
        """Check what the page alone cannot see: its neighbours in the column."""
        cleaned: dict[str, Any] = super().clean()
        slug = cleaned.get("slug")
        if slug and self._taken_by_placement(slug):
            self.add_error("slug", _("An article placed in this column from another site has this address already."))
        if self._is_disclosed() and "index_number" in self.fields and not cleaned.get("index_number"):
            self._number(cleaned)
        return cleaned

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
