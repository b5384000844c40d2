"""The articles that the benchmarks read: made once, kept with the benchmark's database."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import enable_plugin
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_site.demo.publicity import set_up_sites


def load_articles(count: int) -> None:
    """Bring the number of live articles in the first column up to ``count``, an hour apart."""
    for slug in registry.manifests:
        if not read(None).is_on(slug):
            enable_plugin(slug=slug, actor=SYSTEM, reason="benchmark")
    set_up_sites(actor=SYSTEM, port=8000)
    column = ColumnPage.objects.order_by("path").first()
    assert column is not None  # noqa: S101 — set_up_sites has just made the columns
    there = ArticlePage.objects.child_of(column).count()
    now = timezone.now()
    with transaction.atomic():
        for number in range(there, count):
            day = now - timedelta(hours=count - number)
            article = ArticlePage(
                title=f"基准测试文章第{number:05d}篇",
                slug=f"bench-{number:05d}",
                summary="用于基准测试的演示文字，内容没有意义，只求长度与日常的摘要相近。" * 2,
                body=[("paragraph", "<p>用于基准测试的演示文字。</p>" * 20)],
                first_published_at=day,
                last_published_at=day,
            )
            column.add_child(instance=article)
