"""The demo's article that shows what articles hold: pictures that are drawn here, a video, and files that say what they are."""

from __future__ import annotations

import io
import json
import uuid
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A5
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_site.demo.texts import NOTE

SLUG, POLICY = "blocks", "index-number"
_VIDEO = Path(__file__).parent / "data" / "demo.webm"
_SIZE = (960, 640)
# Words for the pictures, and how many lines of the net each has.
_PICTURES = (
    ("蓝色的方格网，三横三竖，交点上有圆点", 3, "#14508c"),
    ("绿色的方格网，四横四竖，交点上有圆点", 4, "#1f6f4a"),
    ("橙色的方格网，五横五竖，交点上有圆点", 5, "#9a5b13"),
)
_FILES = ("演示附件一：字段说明", "演示附件二：填写样例")


def show_blocks(*, columns: dict[str, ColumnPage]) -> None:
    """Publish the article, unless it is there."""
    column = ColumnPage.objects.get(pk=columns["gov/tongzhi"].pk)
    if ArticlePage.objects.child_of(column).filter(slug=SLUG).exists():
        return
    policy = ArticlePage.objects.child_of(columns["gov/zhengce"]).filter(slug=POLICY).first()
    article = ArticlePage(
        title="演示：一篇文章里可以放哪些内容",
        slug=SLUG,
        summary="图集、视频、附件列表、问答、政策与解读、数据图表，不用脚本也能看、能读、能下载。",
        keywords="演示，图集，视频，问答，图表",
        source="演示",
        author="演示编辑",
        body=json.dumps(_blocks(policy), ensure_ascii=False),
        live=False,
    )
    column.add_child(instance=article)
    article.also_in = [columns["party/yaowen"]]
    article.save_revision().publish()


def _blocks(policy: ArticlePage | None) -> list[dict[str, Any]]:
    pictures = [_picture(words, lines, colour) for words, lines, colour in _PICTURES]
    files = [_file(title, f"demo-{number}.pdf", _pdf(title)) for number, title in enumerate(_FILES, start=1)]
    video = _file("演示视频", "demo.webm", _VIDEO.read_bytes())
    shown = [
        {"image": {"image": pk, "decorative": False, "alt_text": words}, "caption": f"演示图片{number}：{words}。"}
        for number, (pk, (words, _lines, _colour)) in enumerate(zip(pictures, _PICTURES, strict=True), start=1)
    ]
    asked = [
        ("这些内容需要脚本吗？", "<p>不需要。关掉浏览器脚本，图集可以横向滚动，问答可以展开，图表和表格照样显示。</p>"),
        ("视频放在哪里？", "<p>放在本平台。播放时不连接任何外部网站，没有按下播放之前也不下载。</p>"),
    ]
    values: list[tuple[str, Any]] = [
        ("heading", "图集"),
        ("gallery", {"title": "三张演示图片", "pictures": _items(shown)}),
        ("heading", "视频"),
        (
            "video",
            {
                "video": video,
                "poster": pictures[0],
                "caption": "演示视频",
                "transcript": "蓝色画面上写着“演示视频，由平台自带，没有声音”，下方一条白线从左向右画出。",
            },
        ),
        ("questions", {"title": "问答", "items": _items([{"question": one, "answer": two} for one, two in asked])}),
        ("heading", "数据图表"),
        ("chart", {"metric": "hotline.completed_by_month", "title": ""}),
        ("chart", {"metric": "publicity.articles_by_month", "title": ""}),
        ("attachments", {"title": "附件", "files": _items([{"document": pk, "name": ""} for pk in files])}),
        *([("policy", {"article": policy.pk, "relation": "EXPLAINS"})] if policy else []),
        ("quote", {"text": NOTE, "source": ""}),
    ]
    return [{"type": kind, "value": value} for kind, value in values]


def _items(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "item", "id": str(uuid.uuid4()), "value": value} for value in values]


def _picture(words: str, lines: int, colour: str) -> int:
    drawn, stream = Image.new("RGB", _SIZE, "#ffffff"), io.BytesIO()
    pen = ImageDraw.Draw(drawn)
    across, down = (tuple(side * (at + 1) // (lines + 1) for at in range(lines)) for side in _SIZE)
    for x in across:
        pen.line((x, 0, x, _SIZE[1]), fill=colour, width=6)
    for y in down:
        pen.line((0, y, _SIZE[0], y), fill=colour, width=6)
    for x in across:
        for y in down:
            pen.ellipse((x - 22, y - 22, x + 22, y + 22), fill=colour)
    drawn.save(stream, "PNG")
    file = ContentFile(stream.getvalue(), name=f"demo-net-{lines}.png")
    image = get_image_model()(title=f"演示图片：{words}"[:255], description=words, file=file)
    # Wagtail's forms note size and digest; nobody fills in one here.
    image.file_size, image.file_hash = file.size, ""
    image.save()
    return int(image.pk)


def _pdf(title: str) -> bytes:
    stream = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = Canvas(stream, pagesize=A5)
    page.setTitle(title)
    for size, at, words in (
        (18, 480, title),
        (11, 450, "这是演示文件，没有实际内容。"),
        (11, 430, f"{timezone.localdate():%Y-%m-%d}"),
    ):
        page.setFont("STSong-Light", size)
        page.drawString(40, at, words)
    page.save()
    return stream.getvalue()


def _file(title: str, name: str, content: bytes) -> int:
    document = get_document_model()(title=title, file=ContentFile(content, name=name), file_size=len(content))
    document.save()
    return int(document.pk)
