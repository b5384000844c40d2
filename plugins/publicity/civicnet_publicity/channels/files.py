"""Folders of files: for sites that take nothing else. Each channel has one, with a manifest of what stands in it and what went.

A folder is changed so that whoever reads it at any moment finds a whole manifest that names whole articles: an article is
written beside the old one, the manifest is replaced by one rename, and only then does the old one go.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy

from civicnet.gateway.ids import from_global_id
from civicnet_publicity.channels.kinds import Kind, whole
from civicnet_publicity.hookspecs import ChannelArticle, ChannelPicture, Parcel

KIND = Kind(key="publicity.files", label=gettext_lazy("Folder of files, also as a ZIP archive"))
MANIFEST = "manifest.json"
_LOCK = ".lock"


def folder_of(channel: int) -> Path:
    """Where the files of a channel lie."""
    return Path(settings.CIVICNET_CHANNEL_FOLDER) / str(channel)


def deliver(parcel: Parcel) -> str:
    """Write an article and name it in the manifest; returns its folder within the channel's."""
    article = whole(parcel)
    name = f"{from_global_id(parcel.article_id)[1]}-{parcel.edition}"
    with _held(parcel.channel) as folder:
        manifest = _read(folder)
        old = manifest["articles"].get(parcel.article_id)
        if parcel.edition <= _newest(manifest, parcel):
            # Written whole, and nobody noted it; or by a sender that slept while others went on.
            _sweep(folder, manifest, parcel)
            return str(old["folder"]) if old else ""
        files = _written(folder, name, article, parcel.edition)
        manifest["withdrawn"].pop(parcel.article_id, None)
        manifest["articles"][parcel.article_id] = {
            "edition": parcel.edition,
            "folder": f"articles/{name}",
            "title": article.title,
            "url": article.url,
            "publishedAt": article.published_at.isoformat(timespec="seconds"),
            "updatedAt": article.updated_at.isoformat(timespec="seconds"),
            "sha256": files,
        }
        _replace(folder, manifest)
        _sweep(folder, manifest, parcel)
    return f"articles/{name}"


def withdraw(parcel: Parcel) -> str:
    """Name an article as withdrawn, so that the site deletes it, and delete its files."""
    with _held(parcel.channel) as folder:
        manifest = _read(folder)
        if parcel.edition > _newest(manifest, parcel):
            manifest["articles"].pop(parcel.article_id, None)
            manifest["withdrawn"][parcel.article_id] = {
                "edition": parcel.edition,
                "title": parcel.title,
                "url": parcel.article_url,
                "withdrawnAt": timezone.now().isoformat(timespec="seconds"),
            }
            _replace(folder, manifest)
        _sweep(folder, manifest, parcel)
    return ""


def archive(channel: int) -> IO[bytes]:
    """All of a channel's folder as a ZIP archive, at one moment; a file that goes when it is closed."""
    made = tempfile.TemporaryFile()  # noqa: SIM115 — whoever sends it closes it
    with _held(channel) as folder, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        manifest = _read(folder)
        out.writestr(MANIFEST, _dumped(manifest))
        for entry in manifest["articles"].values():
            for name in entry["sha256"]:
                out.write(folder / entry["folder"] / name, f"{entry['folder']}/{name}")
    made.seek(0)
    return made


@contextmanager
def _held(channel: int) -> Iterator[Path]:
    """The folder, for one writer at a time."""
    folder = folder_of(channel)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / _LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _read(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return {"format": 1, "articles": {}, "withdrawn": {}}
    return found


def _newest(manifest: dict[str, Any], parcel: Parcel) -> int:
    """The edition by which an article last came or went."""
    known = (manifest[place].get(parcel.article_id) for place in ("articles", "withdrawn"))
    return max((int(one["edition"]) for one in known if one), default=0)


def _sweep(folder: Path, manifest: dict[str, Any], parcel: Parcel) -> None:
    """Delete what lies of an article and is not named: older editions, and what a sender left that was killed."""
    number = from_global_id(parcel.article_id)[1]
    named = manifest["articles"].get(parcel.article_id, {}).get("folder")
    place = folder / "articles"
    for entry in os.scandir(place) if place.exists() else ():
        if entry.name.startswith((f"{number}-", f".{number}-")) and f"articles/{entry.name}" != named:
            shutil.rmtree(entry.path, ignore_errors=True)


def _dumped(manifest: dict[str, Any]) -> bytes:
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def _replace(folder: Path, manifest: dict[str, Any]) -> None:
    manifest["writtenAt"] = timezone.now().isoformat(timespec="seconds")
    draft = folder / f".{MANIFEST}"
    with open(draft, "wb") as stream:
        stream.write(_dumped(manifest))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, folder / MANIFEST)


def _written(folder: Path, name: str, article: ChannelArticle, edition: int) -> dict[str, str]:
    """Write an article's folder; returns the digests of its files by their names."""
    place, draft = folder / "articles" / name, folder / "articles" / f".{name}"
    # Of an attempt that was killed.
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "images").mkdir(parents=True)
    digests = {}
    for file, content in _files(article, edition):
        (draft / file).write_bytes(content)
        digests[file] = hashlib.sha256(content).hexdigest()
    # No manifest names it.
    shutil.rmtree(place, ignore_errors=True)
    os.replace(draft, place)
    return digests


def _files(article: ChannelArticle, edition: int) -> Iterator[tuple[str, bytes]]:
    soup, names = BeautifulSoup(article.html, "html.parser"), dict[str, str]()
    pictures = list(article.pictures)
    if article.cover and article.cover.src not in {one.src for one in pictures}:
        pictures.append(article.cover)
    for number, picture in enumerate(pictures, start=1):
        names[picture.src] = f"images/{number}{_suffix(picture)}"
        yield names[picture.src], picture.read()
    for tag in soup.find_all("img"):
        src = str(tag.get("src") or "")
        tag["src"] = names.get(src, src)
    told = _told(article, edition) | {
        "bodyHtml": str(soup),
        "cover": names.get(article.cover.src) if article.cover else None,
    }
    yield "article.json", orjson.dumps(told, option=orjson.OPT_INDENT_2)
    page = render_to_string("publicity/channel_article.html", {"article": article, "body": str(soup)})
    yield "index.html", page.encode()


def _suffix(picture: ChannelPicture) -> str:
    suffix = Path(picture.src).suffix.lower()
    return suffix if suffix in (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif") else ".jpg"


def _told(article: ChannelArticle, edition: int) -> dict[str, Any]:
    return {
        "id": article.id,
        "edition": edition,
        "title": article.title,
        "summary": article.summary,
        "author": article.author,
        "source": article.source,
        "column": article.column,
        "keywords": list(article.keywords),
        "indexNumber": article.index_number or None,
        "url": article.url,
        "publishedAt": article.published_at.isoformat(timespec="seconds"),
        "updatedAt": article.updated_at.isoformat(timespec="seconds"),
    }
