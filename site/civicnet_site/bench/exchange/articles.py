"""The bench of articles: 543 regulations from a sheet into their columns as published pages, beside a plain loop of Wagtail's.

Each contestant has a turn in a process of its own: ``python -m civicnet_site.bench.exchange.articles NAME ROWS``. The rival
adds, versions and publishes the same pages one by one in one transaction, from texts that are HTML already, and checks nothing.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from civicnet_site.bench.harness import Figure, Options

FIGURE = "exchange.articles.vs_wagtail_pages"
# As many, as long and in as many columns as the regulations that the product is tried on.
ROWS, QUICK, COLUMNS, PARAGRAPHS = 543, 60, 19, 55
ROUNDS = 3
SENTENCE = (
    "为了规范社区网格管理，保障居民的合法权益，根据有关法律、行政法规，结合本地实际，制定本办法，自公布之日起施行。" * 2
)


def figures(kind: str, url: str, options: Options) -> Iterator[Figure]:
    """Rows a second, and the most memory it takes."""
    from civicnet_site.bench.exchange import turn_of
    from civicnet_site.bench.harness import Figure

    if not options.wants(FIGURE):
        return
    rows, rounds = (QUICK, 1) if options.quick else (ROWS, min(options.rounds, ROUNDS))
    take = partial(turn_of, url, rows=rows, module="articles")
    pairs = [(take("ours"), take("wagtail")) for _round in range(rounds)]
    ratios = [mine["new"] / other["new"] for mine, other in pairs]
    ours = [mine for mine, _other in pairs]
    yield Figure(
        figure=FIGURE,
        unit="rows/s",
        ours=round(median(one["new"] for one in ours), 1),
        rival=round(median(other["new"] for _mine, other in pairs), 1),
        ratio=round(median(ratios), 2),
        target=None,
        met=None,
        database=kind,
        spread=(round(min(ratios), 2), round(max(ratios), 2)),
        rounds=rounds,
        details={name: round(median(one[name] for one in ours), 2) for name in ours[0] if name != "new"},
    )


def texts(rows: int) -> Iterator[dict[str, Any]]:
    """Regulations, all told apart."""
    for number in range(rows):
        articles = [f"第{at}条 {SENTENCE}" for at in range(1, PARAGRAPHS + 1)]
        yield {
            "title": f"演示市社区管理办法第{number}号",
            "column": f"法规{number % COLUMNS}",
            "date": f"{2000 + number % 25}-06-01",
            "paragraphs": articles,
        }


def prepare() -> None:
    """Tables, a site, and its columns for disclosure."""
    from django.core.management import call_command
    from wagtail.models import Page, Site

    from civicnet.access.actors import SYSTEM
    from civicnet.lifecycle.activation import enable_plugin
    from civicnet_publicity.models import ColumnPage, HomePage

    call_command("migrate", verbosity=0)
    if HomePage.objects.exists():
        _empty()
        return
    enable_plugin(slug="publicity", actor=SYSTEM, reason="benchmark")
    Site.objects.all().delete()
    home = Page.get_first_root_node().add_child(instance=HomePage(title="演示市", slug="gov", issuer_code="000000000"))
    Site.objects.create(hostname="gov.test", root_page=home, is_default_site=True)
    for number in range(COLUMNS):
        home.add_child(instance=ColumnPage(title=f"法规{number}", slug=f"c{number}", kind="DISCLOSURE"))


def ours(rows: int, folder: Path) -> dict[str, float]:
    """From opening the file to the last commit; returns seconds by part."""
    from civicnet.access.actors import SYSTEM
    from civicnet.exchange.applying import run_apply
    from civicnet.exchange.checking import run_check
    from civicnet.exchange.services import confirm_job, upload_file
    from civicnet_publicity.models import ArticlePage

    path = folder / "regulations.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["标题", "栏目", "成文日期", "正文", "状态"])
        writer.writerows(
            [one["title"], one["column"], one["date"], "\n\n".join(one["paragraphs"]), "已发布"] for one in texts(rows)
        )
    moments = [time.perf_counter()]
    with path.open("rb") as file:
        job = upload_file(resource="publicity.articles", file=file, name=path.name, actor=SYSTEM)
    run_check(job.pk)
    moments.append(time.perf_counter())
    confirm_job(job=job, actor=SYSTEM)
    run_apply(job.pk)
    moments.append(time.perf_counter())
    job.refresh_from_db()
    numbered = ArticlePage.objects.live().exclude(index_number=None).count()
    if numbered != rows or job.result != {"created": rows, "published": rows}:
        raise RuntimeError(f"{job.state} {job.error} {job.counts} {job.result}")
    return {part: end - begin for part, (begin, end) in zip(("check", "apply"), pairwise(moments), strict=True)}


def wagtail(rows: int, folder: Path) -> dict[str, float]:
    """The same pages as a loop would make them."""
    from django.db import transaction

    from civicnet_publicity.models import ArticlePage, ColumnPage

    with transaction.atomic():
        columns = {column.title: column for column in ColumnPage.objects.all()}
        for number, one in enumerate(texts(rows)):
            html = "".join(f"<p>{text}</p>" for text in one["paragraphs"])
            page = ArticlePage(
                title=one["title"],
                slug=f"a{number}",
                body=json.dumps([{"type": "paragraph", "value": html}]),
                document_date=one["date"],
                index_number=f"000000000/2026-{number:05d}",
                live=False,
            )
            columns[one["column"]].add_child(instance=page)
            page.save_revision().publish()
    return {}


def _empty() -> None:
    from wagtail.models import PageLogEntry

    from civicnet.exchange.models import Finding, ImportJob, SpoolChunk
    from civicnet_publicity.models import ArticlePage

    for page in ArticlePage.objects.all():
        page.delete()
    for model in (SpoolChunk, Finding, ImportJob, PageLogEntry):
        model.objects.all().delete()


def main(name: str, rows: int) -> None:
    """Take the turn."""
    import django

    django.setup()
    prepare()
    take = {"ours": ours, "wagtail": wagtail}[name]
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        parts = take(rows, Path(folder))
        told = {"new": rows / (time.perf_counter() - began)} | parts
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told |= {"megabytes": after // 1024, "megabytes_more": (after - before) // 1024}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
