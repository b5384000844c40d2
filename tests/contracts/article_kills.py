"""An archive of articles whose import is killed at random moments: ``python article_kills.py KILLS SEED``.

In the end each article and each picture is there once, with one version, one entry of the log and a number of its own, in a
tree without a problem, and no file is left over. Its undo is killed likewise, and takes each away once.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
import zipfile
from pathlib import Path
from typing import Any

import django
from import_kills import lives

ROWS, PICTURES = 60, 3


def uploaded() -> Any:
    from PIL import Image

    from civicnet.access.actors import SYSTEM
    from civicnet.exchange.services import upload_file

    text, stream = io.StringIO(), io.BytesIO()
    writer = csv.writer(text)
    writer.writerow(["标题", "栏目", "正文", "题图", "题图说明", "状态"])
    for number in range(ROWS):
        body = f"第一条 演示{number}。\n\n" * 20
        writer.writerow([f"办法{number}", "c0", body, f"{number % PICTURES}.png", f"图{number % PICTURES}", "已发布"])
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("t.csv", text.getvalue())
        for number in range(PICTURES):
            drawn = io.BytesIO()
            Image.new("RGB", (8, 8), (number, 0, 0)).save(drawn, "PNG")
            packed.writestr(f"{number}.png", drawn.getvalue())
    return upload_file(resource="publicity.articles", file=stream, name="a.zip", actor=SYSTEM).pk


def check(pk: Any, seed: int) -> None:
    from django.conf import settings
    from wagtail.images import get_image_model
    from wagtail.models import Page, PageLogEntry, Revision

    from civicnet.exchange.models import ImportJob
    from civicnet_publicity.models import ArticlePage

    job = ImportJob.objects.get(pk=pk)
    assert (job.state, job.result) == ("APPLIED", {"created": ROWS, "published": ROWS}), f"seed {seed}: {job.result}"
    pages = ArticlePage.objects.live().order_by("index_number")
    assert [page.title for page in pages] == [f"办法{number}" for number in range(ROWS)], f"seed {seed}"
    assert len({page.index_number for page in pages}) == ROWS
    assert Page.find_problems() == ([], [], [], [], []), f"seed {seed}: the tree is broken"
    written = [str(page.pk) for page in pages]
    assert Revision.objects.filter(object_id__in=written).count() == ROWS, f"seed {seed}: versions doubled"
    assert PageLogEntry.objects.filter(page__in=pages, action="wagtail.publish").count() == ROWS
    names = sorted(get_image_model().objects.values_list("file", flat=True))
    kept = sorted(f"original_images/{one.name}" for one in (Path(settings.MEDIA_ROOT) / "original_images").iterdir())
    assert (len(names), kept) == (PICTURES, names), f"seed {seed}: {kept}"


def check_undone(pk: Any, seed: int) -> None:
    from django.conf import settings
    from wagtail.images import get_image_model
    from wagtail.models import Page, PageLogEntry

    from civicnet.exchange.models import Finding, ImportJob
    from civicnet.ledger.models import AuditRecord
    from civicnet_publicity.models import ArticlePage

    job = ImportJob.objects.get(pk=pk)
    told = (job.state, job.undone, list(Finding.objects.filter(job=pk, outcome="LEFT").values("row", "code")))
    assert told == ("UNDONE", {"removed": ROWS, "restored": 0, "left": 0}, []), f"seed {seed}: {told}"
    assert not ArticlePage.objects.exists() and not get_image_model().objects.exists(), f"seed {seed}"
    assert Page.find_problems() == ([], [], [], [], []), f"seed {seed}: the tree is broken"
    deeds = [AuditRecord.objects.filter(action=f"publicity.take_back_{one}").count() for one in ("page", "picture")]
    assert deeds == [ROWS, PICTURES], f"seed {seed}: taken back twice: {deeds}"
    assert PageLogEntry.objects.filter(action="wagtail.delete").count() == ROWS, f"seed {seed}"
    left = [one.name for one in (Path(settings.MEDIA_ROOT) / "original_images").iterdir()]
    # A file is deleted after its row, so a process that dies between the two may leave one.
    assert len(left) <= 3, f"seed {seed}: {left}"


def main(kills: int, seed: int) -> None:
    django.setup()
    from wagtail.models import Page, Site

    from civicnet.access.actors import SYSTEM
    from civicnet.exchange.models import ImportJob
    from civicnet.exchange.services import undo_job
    from civicnet.lifecycle.activation import enable_plugin
    from civicnet_publicity.models import ColumnPage, HomePage

    enable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    home = Page.get_first_root_node().add_child(instance=HomePage(title="a", slug="a", issuer_code="000000000"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "gov.test", "root_page": home})
    home.add_child(instance=ColumnPage(title="c", slug="c0", kind="DISCLOSURE"))
    pk = uploaded()
    chance = random.Random(seed)
    killed = lives(pk, kills=kills, chance=chance)
    check(pk, seed)
    undo_job(job=ImportJob.objects.get(pk=pk), actor=SYSTEM)
    killed += lives(pk, kills=3, chance=chance)
    check_undone(pk, seed)
    sys.stdout.write(json.dumps({"killed": killed}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
