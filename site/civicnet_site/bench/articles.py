"""The city that the gateway's benchmark reads: one column full of articles with pictures, and a portal with its key."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from typing import Any

from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images import get_image_model

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import add_key, create_client
from civicnet.access.models import ApiClient, Organisation, OrganisationKind
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import enable_plugin
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_site.bench.pages import YEARS, load_pages
from civicnet_site.demo.publicity import set_up_sites

PICTURES = 40


def make_city(articles: int, *, filter_spec: str) -> dict[str, Any]:
    """Fill one column of a migrated database, and register a portal.

    Returns the portal's ``key``, the ``pk`` and global ``id`` of an article in the middle, the ``column``, the
    ``fields`` of articles in our schema, and the ``seconds`` that loading them took.
    """
    for slug in registry.manifests:
        if not read(None).is_on(slug):
            enable_plugin(slug=slug, actor=SYSTEM, reason="benchmark")
    set_up_sites(actor=SYSTEM, port=8000)
    # The demo's own texts are older than all that follows: the latest are the column's.
    ArticlePage.objects.update(first_published_at=timezone.now() - timedelta(days=366 * (YEARS + 1)))
    column = ColumnPage.objects.order_by("path").first()
    assert column is not None  # noqa: S101 — set_up_sites has just made the columns
    pictures, began = _pictures(filter_spec), time.monotonic()
    load_pages(articles, column=column, images=pictures)
    seconds = time.monotonic() - began
    middle = ArticlePage.objects.get(slug=f"bench-{articles // 2:07d}").pk
    identity = to_global_id("PublicityArticle", middle)
    told = {"pk": middle, "id": identity, "column": column.slug, "seconds": seconds}
    return told | {"key": portal(), "fields": _fields()}


def _pictures(filter_spec: str) -> list[int]:
    numbers = []
    for number in range(PICTURES):
        stream = io.BytesIO()
        Picture.new("RGB", (640, 480), (number * 6, 120, 160)).save(stream, "JPEG")
        file = ImageFile(stream, name=f"bench-{number}.jpg")
        image = get_image_model().objects.create(title=f"基准测试图片{number}", file=file)
        rendition = image.get_rendition(filter_spec)
        # Only what the database tells of them is asked for: the files would pile up.
        for written in (image.file, rendition.file):
            written.storage.delete(written.name)
        numbers.append(image.pk)
    return numbers


def portal() -> str:
    """A new key of the benchmark's portal, which is registered if it is not yet."""
    client = ApiClient.objects.filter(name="bench").first()
    if client is not None:
        return add_key(client).text
    top = Organisation.get_first_root_node() or Organisation.add_root(
        code="99", name="基准测试市", kind=OrganisationKind.CITY
    )
    return create_client(name="bench", organisation=top, scopes=[], actor=SYSTEM, reason="benchmark")[1]


def _fields() -> list[str]:
    from civicnet.gateway.composer import compose

    return sorted(compose(read(None).enabled).schema.type_map["PublicityArticle"].fields)  # type: ignore[attr-defined]
