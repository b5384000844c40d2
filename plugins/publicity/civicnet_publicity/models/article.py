"""Articles: each is one page with one id, wherever it can be read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page, Revision
from wagtail.search import index

from civicnet.lifecycle.pages import GatedPageMixin
from civicnet_publicity.blocks import BodyBlock
from civicnet_publicity.forms import ArticleForm
from civicnet_publicity.index_numbers import RULE
from civicnet_publicity.models.review import SEEN
from civicnet_publicity.panels import ChecksPanel, ReviewSheetPanel


class ArticleFields(models.Model):
    """What every kind of article has, for page models to share."""

    summary = models.TextField(_("summary"), max_length=300, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    source = models.CharField(
        _("source"), max_length=100, blank=True, help_text=_("Left empty, the site's organiser is named.")
    )
    author = models.CharField(_("author"), max_length=60, blank=True)
    image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        related_name="+",
    )
    keywords = models.CharField(
        _("keywords"), max_length=255, blank=True, help_text=_("For search engines, separated by commas.")
    )
    # Null, not empty, where there is none: the database holds every number to be the only one of its kind.
    index_number = models.CharField(_("index number"), max_length=20, unique=True, null=True, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issuing_body = models.CharField(_("issuing body"), max_length=100, blank=True)
    document_date = models.DateField(_("date of the document"), null=True, blank=True)

    class Meta:
        abstract = True


class ArticlePage(ArticleFields, GatedPageMixin, Page):  # type: ignore[django-manager-missing]
    """An article. The day it is dated is the day readers first saw it: nobody can write another."""

    plugin: ClassVar[str] = "publicity"
    node_type: ClassVar[str] = "PublicityArticle"

    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, db_constraint=False
    )

    # A wish that is versioned with the text; what became of it stands in Placement.
    also_in = ParentalManyToManyField(
        "civicnet_publicity.ColumnPage",
        verbose_name=_("also appears in"),
        blank=True,
        related_name="wished_articles",
        help_text=_("Columns of other sites. The article appears there when it is published; it stays one article."),
    )

    base_form_class = ArticleForm
    template = "publicity/article_page.html"
    parent_page_types = ["civicnet_publicity.ColumnPage"]
    subpage_types: ClassVar[list[str]] = []
    # A copy is another article, and a permanent number belongs to one.
    exclude_fields_in_copy = ["index_number", "also_in"]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    content_panels = [
        ReviewSheetPanel(),
        ChecksPanel(),
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("image"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("source"), FieldPanel("author")]), FieldPanel("keywords")],
            heading=_("Where it comes from"),
        ),
        MultiFieldPanel([FieldPanel("also_in")], heading=_("Other sites")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("index_number"), FieldPanel("document_number")]),
                FieldRowPanel([FieldPanel("issuing_body"), FieldPanel("document_date")]),
            ],
            heading=_("Disclosure"),
            classname="collapsed",
        ),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [
            ("view_draft", "Can read drafts of articles over the open interface"),
            ("import_articles", "Can bring in columns and articles from files"),
            ("export_articles", "Can take out columns and articles as files"),
            ("publish_imported", "Can publish articles from files without reviews"),
        ]

    @property
    def current_workflow_task_state(self) -> Any:
        """The step that is open; while a decision is taken, the one that it was taken on, which says if it came too late."""
        return self.__dict__.get(SEEN) or super().current_workflow_task_state

    def clean(self) -> None:
        """An index number is written by the rule, and stays for good once readers have seen it."""
        super().clean()
        self.index_number = self.index_number or None
        if self.index_number and not RULE.fits(self.index_number):
            raise ValidationError({"index_number": _("Write nine signs, “/”, the year, “-” and five digits.")})
        if self.pk and self.first_published_at:
            kept = type(self).objects.filter(pk=self.pk).values_list("index_number", flat=True).first()
            if kept and kept != self.index_number:
                raise ValidationError({"index_number": _("The index number is permanent: it stays %s.") % kept})

    def save_revision(self, *given: Any, overwrite_revision: Revision | None = None, **named: Any) -> Revision:
        """Keep a version. One that is in review is not written over, and its review goes on where only comments changed."""
        from civicnet_publicity.services.versions import follow_comments, stands_in_review

        before = self.latest_revision
        reviewed = before is not None and stands_in_review(before)
        kept = None if reviewed else overwrite_revision
        revision: Revision = super().save_revision(*given, overwrite_revision=kept, **named)
        if before is not None and reviewed:
            follow_comments(before=before, revision=revision)
        return revision

    def publish(self, revision: Revision, *given: Any, **named: Any) -> None:
        """Publish a version that has passed its checks; every way to readers ends here.

        Raises:
            ChecksNotPassed: findings stop it. What was scheduled does not raise: it stays a draft, and waits.
        """
        from civicnet_publicity.errors import ChecksNotPassed
        from civicnet_publicity.services.gate import SCHEDULED, hold, require_passed

        try:
            require_passed(revision)
        except ChecksNotPassed as error:
            if named.get("log_action") != SCHEDULED:
                raise
            # An error would only stop what is due after it.
            hold(revision, error)
            return
        super().publish(revision, *given, **named)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The article as it stands in one column, at home or on another site."""
        from civicnet_publicity.presenting import article_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | article_context(self, request, kwargs.get("column"))
