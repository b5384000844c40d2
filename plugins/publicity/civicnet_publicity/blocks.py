"""What the body of an article is made of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from civicnet.lifecycle.blocks import PluginStreamBlock
from civicnet_publicity.linking_blocks import INLINE, ChartBlock, PolicyBlock, QuestionsBlock
from civicnet_publicity.media_blocks import AttachmentsBlock, GalleryBlock, VideoBlock


class FigureBlock(blocks.StructBlock):
    """A picture with its caption; the picture carries its own description for those who do not see it."""

    image = ImageBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("picture")
        template = "publicity/blocks/figure.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, and whose they are."""

    text = blocks.TextBlock(label=_("words"))
    source = blocks.CharBlock(label=_("whose words"), max_length=100, required=False)

    class Meta:
        icon = "openquote"
        label = _("quote")
        template = "publicity/blocks/quote.html"


class AttachmentBlock(blocks.StructBlock):
    """A file to take along, named as the reader should see it."""

    document = DocumentChooserBlock(label=_("file"))
    name = blocks.CharBlock(
        label=_("name"), max_length=200, required=False, help_text=_("Left empty, the file's own title is shown.")
    )

    class Meta:
        icon = "doc-full"
        label = _("attachment")
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
