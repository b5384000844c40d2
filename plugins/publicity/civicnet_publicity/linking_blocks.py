"""Blocks that answer and lead on: questions, the policy and its interpretation, and a chart of public numbers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from civicnet_publicity.metrics import MetricBlock, metric_choices, read_metrics

INLINE = ["bold", "italic", "ol", "ul", "hr", "link", "document-link"]
MOST_QUESTIONS = 60


class Relation(models.TextChoices):
    """How two articles explain each other."""

    EXPLAINS = "EXPLAINS", _("is the document that this article interprets")
    EXPLAINED_BY = "EXPLAINED_BY", _("interprets this document")


class QuestionBlock(blocks.StructBlock):
    """One question and its answer."""

    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = blocks.RichTextBlock(label=pgettext_lazy("question", "answer"), features=INLINE)

    class Meta:
        icon = "help"
        label = _("question")


class QuestionsBlock(blocks.StructBlock):
    """Questions and answers; each answer opens below its question, also without scripts."""

    title = blocks.CharBlock(label=_("heading"), max_length=120, required=False)
    items: Any = blocks.ListBlock(QuestionBlock(), label=_("questions"), min_num=1, max_num=MOST_QUESTIONS)

    class Meta:
        icon = "help"
        label = _("questions and answers")
        template = "publicity/blocks/questions.html"


class PolicyBlock(blocks.StructBlock):
    """A policy and its interpretation: whichever of the two says so, each leads to the other."""

    article = blocks.PageChooserBlock(label=_("article"), page_type="civicnet_publicity.ArticlePage")
    relation = blocks.ChoiceBlock(
        label=pgettext_lazy("policy", "It"), choices=Relation.choices, default=Relation.EXPLAINS, search_index=False
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """The link, if readers may follow it: from what was read for the whole body, or looked up for this one."""
        from civicnet.gateway.content.links import page_links

        context: dict[str, Any] = super().get_context(value, parent_context)
        pk = value["article"].pk if value["article"] else 0
        links = context["page_links"] if "page_links" in context else page_links({pk})
        return context | {"link": links.get(pk)}

    class Meta:
        icon = "link"
        label = _("policy and interpretation")
        template = "publicity/blocks/policy.html"


class ChartBlock(blocks.StructBlock):
    """Numbers that everybody may read, as they are when the page is read: drawn, and as a table."""

    metric = MetricBlock(choices=metric_choices, label=_("numbers"), search_index=False)
    title = blocks.CharBlock(
        label=_("heading"), max_length=120, required=False, help_text=_("Left empty, the numbers' own name is shown.")
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """The numbers: from what was read for the whole body, or for this chart alone."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        key = value["metric"]
        series = context["metrics"] if "metrics" in context else read_metrics({key})
        return context | {"series": series.get(key)}

    class Meta:
        icon = "table"
        label = _("chart")
        template = "publicity/blocks/chart.html"
