"""Serving: the server hands out pictures by itself, and nothing else of what was uploaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from civicnet_site.serving import server_command


def test_only_made_pictures_are_served_without_asking_who_wants_them(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"

    command = server_command(port=8000, workers=1)
    route = command[command.index("--static-path-route") + 1]
    folder = command[command.index("--static-path-mount") + 1]

    # Wagtail keeps renditions in images/, and documents and originals, which may be private, beside it.
    assert (route, folder) == ("/media/images", str(tmp_path / "media" / "images"))
    assert Path(folder).is_dir()
