"""A block that editors may put into the bodies of pages; its name begins with the slug and never changes."""

from civicnet.contract import ContentBlock, hookimpl
from wagtail.blocks import CharBlock


@hookimpl
def content_blocks() -> list[ContentBlock]:
    return [ContentBlock(name="example_note", block=CharBlock(label="提示", max_length=200))]
