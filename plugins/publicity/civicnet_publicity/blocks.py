"""What the body of an article is made of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from civicnet.lifecycle.blocks import PluginStreamBlock
from civicnet_publicity.linking_blocks import INLINE, ChartBlock, PolicyBlock, QuestionsBlock
from civicnet_publicity.media_blocks import AttachmentsBlock, FileBlock, GalleryBlock, PictureBlock, VideoBlock


class FigureBlock(PictureBlock):
    """A picture that stands in the text."""

    class Meta:
        template = "publicity/blocks/figure.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, and whose they are."""

    text = blocks.TextBlock(label=_("words"))
    source = blocks.CharBlock(label=_("whose words"), max_length=100, required=False)

    class Meta:
        icon = "openquote"
        label = _("quote")
        template = "publicity/blocks/quote.html"


class AttachmentBlock(FileBlock):
    """A file that stands in the text by itself."""

    class Meta:
        template = "publicity/blocks/attachment.html"


class BodyBlock(PluginStreamBlock):
    """The body: blocks in the order in which they are read."""

    heading = blocks.CharBlock(
        label=_("heading"), icon="title", max_length=120, template="publicity/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(label=_("paragraphs"), icon="pilcrow", features=INLINE)
    image = FigureBlock()
    quote = QuoteBlock()
    table = TableBlock(label=_("table"), icon="table", template="publicity/blocks/table.html")
    attachment = AttachmentBlock()
    gallery = GalleryBlock()
    video = VideoBlock()
    attachments = AttachmentsBlock()
    questions = QuestionsBlock()
    policy = PolicyBlock()
    chart = ChartBlock()


class LinkBlock(blocks.StructBlock):
    """One link to another site."""

    label = blocks.CharBlock(label=_("name"), max_length=60)
    url = blocks.URLBlock(label=_("address"))

    class Meta:
        icon = "link"
        label = _("link")


class LinkGroupBlock(blocks.StructBlock):
    """Links under one heading, as at the foot of a home page."""

    title = blocks.CharBlock(label=_("heading"), max_length=60)
    links: Any = blocks.ListBlock(LinkBlock(), label=_("links"))

    class Meta:
        icon = "list-ul"
        label = _("group of links")
