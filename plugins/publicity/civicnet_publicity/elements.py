"""What an article asks its editor for: elements, the article's form, and how often it was filled in."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import ANONYMOUS, Asking, DataElement, Questionnaire
from civicnet_publicity.forms import ArticleForm
from civicnet_publicity.selectors import published_articles

ELEMENTS = [
    DataElement(key="article.title", label=_("Title of an article"), definition=_("The line above the text.")),
    DataElement(key="article.summary", label=_("Summary of an article"), definition=_("The text in a few sentences.")),
    DataElement(key="article.body", label=_("Text of an article"), definition=_("All of it, in blocks.")),
    DataElement(
        key="article.image", label=_("Picture of an article"), definition=_("The one that stands in lists beside it.")
    ),
    DataElement(key="article.source", label=_("Source of an article"), definition=_("Who wrote it first.")),
    DataElement(key="article.author", label=_("Author of an article"), definition=_("Who wrote it, by name.")),
    DataElement(
        key="article.keywords", label=_("Keywords of an article"), definition=_("Words by which engines find it.")
    ),
    DataElement(
        key="article.column",
        label=_("Column of an article"),
        definition=_("The column in which it stands, at home."),
    ),
    DataElement(key="column.title", label=_("Name of a column"), definition=_("As it stands in the menu of its site.")),
    DataElement(
        key="column.kind", label=_("Kind of a column"), definition=_("What it is for: news, notices, disclosure.")
    ),
    DataElement(
        key="column.phase",
        label=_("Phase of a column"),
        definition=_("How far the campaign has come that it is about."),
    ),
    DataElement(
        key="column.description",
        label=_("Description of a column"),
        definition=_("What belongs into it, in a sentence."),
    ),
    DataElement(
        key="column.keywords", label=_("Keywords of a column"), definition=_("Words by which engines find the column.")
    ),
    DataElement(
        key="article.columns",
        label=_("Other columns of an article"),
        definition=_("The columns of other sites in which it appears."),
    ),
    DataElement(
        key="article.channels",
        label=_("Channels of an article"),
        definition=_("Where it goes beyond our own sites."),
    ),
    DataElement(
        key="article.index_number",
        label=_("Index number of a document"),
        definition=_("The permanent number of what is disclosed."),
    ),
    DataElement(
        key="article.document_number",
        label=_("Number of a document"),
        definition=_("The number its issuer gave it."),
    ),
    DataElement(
        key="article.issuing_body", label=_("Issuing body of a document"), definition=_("The office that issued it.")
    ),
    DataElement(
        key="article.document_date", label=_("Date of a document"), definition=_("The day on which it was made.")
    ),
    DataElement(
        key="article.classes",
        label=_("Classes of a document"),
        definition=_("Subject, form and group under which it stands in the directory of disclosure."),
    ),
    DataElement(
        key="article.validity",
        label=_("Validity of a document"),
        definition=_("Whether it is in force, and from which day until which."),
    ),
    DataElement(
        key="article.disclosure",
        label=_("Way of disclosure of a document"),
        definition=_("Whether it is disclosed on request or on our own accord, and for whom."),
    ),
]
ARTICLE = Questionnaire("publicity.article", pgettext_lazy("questionnaire", "An article"), ArticleForm)


def askings(*, since: datetime) -> list[Asking]:
    """Articles that were published: anybody could count them. One statement."""
    count = published_articles(ANONYMOUS).filter(first_published_at__gte=since).count()
    if not count:
        return []
    fields = ARTICLE.elements
    return [Asking(
        asker=_("Publicity"), what=ARTICLE.label, elements=ARTICLE.asked, fields=len(fields), times=count, rows=count
    )]  # fmt: skip
