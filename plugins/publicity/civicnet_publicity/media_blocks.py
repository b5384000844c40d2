"""Blocks of several files: a gallery of pictures, a video, and a list of attachments."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from civicnet.gateway.content.sizes import allow

# The sizes in which pictures stand in a text.
WIDE, SMALL = "width-960", "width-640"
allow(WIDE, SMALL)
VIDEOS = ("mp4", "webm")
MOST_PICTURES, MOST_FILES = 40, 60


class PictureBlock(blocks.StructBlock):
    """A picture with its caption; the picture carries its own description for those who do not see it."""

    image = ImageBlock(label=gettext_lazy("picture"))
    caption = blocks.CharBlock(label=gettext_lazy("caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = gettext_lazy("picture")


class GalleryBlock(blocks.StructBlock):
    """Pictures beside each other, to be looked through by finger, wheel or arrow keys, with or without scripts."""

    title = blocks.CharBlock(label=gettext_lazy("what they show"), max_length=120)
    pictures: Any = blocks.ListBlock(PictureBlock(), label=gettext_lazy("pictures"), min_num=2, max_num=MOST_PICTURES)

    class Meta:
        icon = "image"
        label = gettext_lazy("gallery")
        template = "publicity/blocks/gallery.html"


class VideoBlock(blocks.StructBlock):
    """A video that lies with us; no other site learns who watches it.

    What is said and shown in it is also there as a text (WCAG 2.2, 1.2.1 and 1.2.3): a check asks for it.
    """

    video = DocumentChooserBlock(
        label=gettext_lazy("video file"), help_text=gettext_lazy("mp4 or webm, uploaded here as a document.")
    )
    poster = ImageChooserBlock(
        label=gettext_lazy("poster picture"),
        required=False,
        help_text=gettext_lazy("Is shown until somebody presses play."),
    )
    caption = blocks.CharBlock(label=gettext_lazy("caption"), max_length=200, required=False)
    transcript = blocks.TextBlock(
        label=gettext_lazy("what is said and shown"),
        max_length=20_000,
        required=False,
        help_text=gettext_lazy("For those who do not hear or see it, and for search."),
    )

    def clean(self, value: Any) -> Any:
        """Of all files only a video can be played."""
        cleaned = super().clean(value)
        # A draft may be without one yet.
        if (video := cleaned["video"]) and video.file_extension.lower() not in VIDEOS:
            said = _("This file is no video. Choose an mp4 or webm file.")
            raise StructBlockValidationError(block_errors={"video": ValidationError(said)})
        return cleaned

    class Meta:
        icon = "media"
        label = gettext_lazy("video")
        template = "publicity/blocks/video.html"


class FileBlock(blocks.StructBlock):
    """A file to take along, named as the reader should see it."""

    document = DocumentChooserBlock(label=gettext_lazy("file"))
    name = blocks.CharBlock(
        label=gettext_lazy("name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, the file's own title is shown."),
    )

    class Meta:
        icon = "doc-full"
        label = gettext_lazy("attachment")


class AttachmentsBlock(blocks.StructBlock):
    """Files to take along, each with its name, format and size."""

    title = blocks.CharBlock(
        label=gettext_lazy("heading"), max_length=120, required=False, help_text=gettext_lazy("For example: annexes.")
    )
    files: Any = blocks.ListBlock(FileBlock(), label=gettext_lazy("files"), min_num=1, max_num=MOST_FILES)

    class Meta:
        icon = "folder-open-inverse"
        label = gettext_lazy("list of attachments")
        template = "publicity/blocks/attachments.html"
