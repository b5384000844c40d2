"""Articles: each is one page with one id, wherever it can be read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page, Revision
from wagtail.search import index

from civicnet_publicity.blocks import BodyBlock
from civicnet_publicity.forms import ArticleForm
from civicnet_publicity.index_numbers import RULE
from civicnet_publicity.models.public_page import PublicPageMixin
from civicnet_publicity.models.review import SEEN
from civicnet_publicity.models.typed import TypedArticleFields
from civicnet_publicity.panels import ChannelsPanel, ChecksPanel, ReviewSheetPanel
from civicnet_publicity.typed_panel import TypedFieldsPanel

# The head of a disclosed document, by the names of its fields; its index number stands by itself.
DISCLOSED = (
    "document_number",
    "issuing_body",
    "document_date",
    "theme_class",
    "form_class",
    "group_class",
    "validity",
    "valid_from",
    "valid_until",
    "disclosure_way",
    "disclosure_scope",
)
_MOMENT = timedelta(minutes=1)
_UNREAD = object()


class Validity(models.TextChoices):
    """Whether a document still holds (有效性)."""

    IN_FORCE = "IN_FORCE", _("in force")
    LAPSED = "LAPSED", _("lapsed")
    REPEALED = "REPEALED", _("repealed")


class DisclosureWay(models.TextChoices):
    """How a document is disclosed (公开方式)."""

    ACTIVE = "ACTIVE", _("on our own accord")
    ON_REQUEST = "ON_REQUEST", _("on request")


class DisclosureFields(models.Model):
    """What stands in the head of a disclosed document besides its number and issuer.

    Source of the elements: 政府公开信息核心元数据 (14 elements; index number and name mandatory), and the heads of documents as
    county and city governments show them: 主题分类, 体裁分类, 组配分类, 有效性, 生效日期, 废止日期, 公开方式, 公开范围. Which
    classes there are each office lays down itself, so they are words.
    """

    theme_class = models.CharField(
        _("subject class"), max_length=60, blank=True, help_text=_("For example: civil affairs.")
    )
    form_class = models.CharField(_("form class"), max_length=60, blank=True, help_text=_("For example: notice."))
    group_class = models.CharField(
        _("combined class"), max_length=60, blank=True, help_text=_("By which the directory of disclosure groups it.")
    )
    validity = models.CharField(_("validity"), max_length=8, choices=Validity.choices, blank=True)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_until = models.DateField(
        _("in force until"), null=True, blank=True, help_text=_("Of a repealed document, the day of its repeal.")
    )
    disclosure_way = models.CharField(_("way of disclosure"), max_length=10, choices=DisclosureWay.choices, blank=True)
    disclosure_scope = models.CharField(
        _("for whom it is disclosed"), max_length=60, blank=True, help_text=_("For example: the general public.")
    )

    class Meta:
        abstract = True

    def validity_on(self, day: date) -> str:
        """Whether it holds on a day: what was in force until yesterday has lapsed, whoever has not noted it yet."""
        if self.validity == Validity.IN_FORCE and self.valid_until and self.valid_until < day:
            return Validity.LAPSED.value
        return self.validity


class ArticleFields(DisclosureFields):
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


class ArticlePage(TypedArticleFields, ArticleFields, PublicPageMixin, Page):  # type: ignore[django-manager-missing]
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

    # The date of publication as it stands in the database.
    _dated: datetime | object | None = _UNREAD
    # The index number that was last found to be its own, and the one that was last noted so.
    _own_number: str | None = None
    _noted: tuple[int, str] | None = None
    # As versioned as the text: reviewers approve where it goes, too. What became of it stands in ChannelDelivery.
    channels_as_column = models.BooleanField(
        _("to the channels of its column"),
        default=True,
        help_text=_("Untick it to choose for this article alone."),
    )
    channels = ParentalManyToManyField(
        "civicnet_publicity.Channel",
        verbose_name=_("channels of this article alone"),
        blank=True,
        related_name="+",
        help_text=_("They count where the box above is not ticked."),
    )

    base_form_class = ArticleForm
    template = "publicity/article_page.html"
    parent_page_types = ["civicnet_publicity.ColumnPage"]
    subpage_types: ClassVar[list[str]] = []
    # A copy is another article, and a permanent number belongs to one.
    exclude_fields_in_copy = ["index_number", "also_in"]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    search_fields += [index.SearchField("fields_text")]
    content_panels = [
        ReviewSheetPanel(),
        ChecksPanel(),
        *Page.content_panels,
        TypedFieldsPanel(),
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
                ChannelsPanel(),
                FieldPanel("channels_as_column"),
                FieldPanel("channels", widget=CheckboxSelectMultiple),
            ],
            heading=_("Channels"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("index_number"), FieldPanel("document_number")]),
                FieldRowPanel([FieldPanel("issuing_body"), FieldPanel("document_date")]),
                FieldRowPanel([FieldPanel("theme_class"), FieldPanel("form_class"), FieldPanel("group_class")]),
                FieldRowPanel([FieldPanel("validity"), FieldPanel("valid_from"), FieldPanel("valid_until")]),
                FieldRowPanel([FieldPanel("disclosure_way"), FieldPanel("disclosure_scope")]),
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

    def save(self, *given: Any, **named: Any) -> None:
        """Save it with the date that it has, or if readers see it for the first time, with that of this moment.

        A forged date of publication costs an office its site (domain rule: 政府网站检查, 单项否决). Editors, files, copies
        and programs may bring what they like: no date but the real one is taken.
        """
        fields = named.get("update_fields")
        if "first_published_at" in self.__dict__ and (fields is None or "first_published_at" in fields):
            self.first_published_at = self._dated = self._real_date()
        super().save(*given, **named)
        if fields is None or "index_number" in fields:
            self._note_number()

    @property
    def current_workflow_task_state(self) -> Any:
        """The step that is open; while a decision is taken, the one that it was taken on, which says if it came too late."""
        return self.__dict__.get(SEEN) or super().current_workflow_task_state

    def clean(self) -> None:
        """An index number is written by the rule, is no other article's, and stays for good once readers have seen it."""
        from civicnet_publicity.selectors.numbers import belongs_to_another

        super().clean()
        self.index_number = self.index_number or None
        if self.index_number and not RULE.fits(self.index_number):
            raise ValidationError({"index_number": _("Write nine signs, “/”, the year, “-” and five digits.")})
        if self.pk and self.first_published_at:
            kept = type(self).objects.filter(pk=self.pk).values_list("index_number", flat=True).first()
            if kept and kept != self.index_number:
                raise ValidationError({"index_number": _("The index number is permanent: it stays %s.") % kept})
        if self.index_number and self.index_number != self._own_number:
            if belongs_to_another(self.index_number, article=self.pk):
                said = _("Another document has this index number: write the next one.")
                raise ValidationError({"index_number": said})
            self._own_number = self.index_number

    @classmethod
    def from_db(cls, *given: Any, **named: Any) -> ArticlePage:
        """As read, with the date that it has."""
        found = super().from_db(*given, **named)
        if "first_published_at" in found.__dict__:
            found._dated = found.first_published_at
        return found

    def refresh_from_db(self, *given: Any, **named: Any) -> None:
        """As it is now, with the date that it has now."""
        super().refresh_from_db(*given, **named)
        self.__dict__.pop("_dated", None)

    def with_content_json(self, content: Any) -> ArticlePage:
        """A version of this article. Whatever date and index number stand in it, one that readers have seen keeps its own."""
        version = super().with_content_json(content)
        version.first_published_at = version._dated = self._date_kept()
        if version.first_published_at is not None and self.index_number:
            version.index_number = self.index_number
        return version  # type: ignore[no-any-return]

    def save_revision(self, *given: Any, overwrite_revision: Revision | None = None, **named: Any) -> Revision:
        """Keep a version. One that is in review is not written over, and its review goes on where only comments changed."""
        from civicnet_publicity.services.versions import follow_comments, stands_in_review

        before = self.latest_revision
        reviewed = before is not None and stands_in_review(before)
        kept = None if reviewed else overwrite_revision
        revision: Revision = super().save_revision(*given, overwrite_revision=kept, **named)
        if before is not None and reviewed:
            follow_comments(before=before, revision=revision)
        # Of what was published before, the version alone has its number until it is published too.
        self._note_number()
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
        # What follows from it is written with it, or neither is.
        with transaction.atomic():
            super().publish(revision, *given, **named)

    def sent_to(self, request: HttpRequest, response: HttpResponse) -> Any:
        """Whoever counts that it was read, now and when it is sent again."""
        from civicnet_publicity.services.viewing import count_view

        return count_view(article=self.pk, request=request, response=response)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The article as it stands in one column, at home or on another site."""
        from civicnet_publicity.presenting import article_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | article_context(self, request, kwargs.get("column"))

    def _note_number(self) -> None:
        from civicnet_publicity.services.numbers import note_number

        if self.index_number and self._noted != (self.pk, self.index_number):
            note_number(article=self)
            self._noted = (self.pk, self.index_number)

    def _date_kept(self) -> datetime | None:
        if self._dated is _UNREAD:
            kept = type(self).objects.filter(pk=self.pk).values_list("first_published_at", flat=True)
            self._dated = kept.first() if self.pk else None
        return self._dated  # type: ignore[return-value]

    def _real_date(self) -> datetime | None:
        wanted, kept = self.first_published_at, self._date_kept()
        if kept is not None or wanted is None or not self.live:
            return kept
        now = timezone.now()
        # Wagtail has looked at the clock just before, and writes the same moment elsewhere too.
        return wanted if now - _MOMENT <= wanted <= now else now
