"""The day that `make demo` lives, in a city in which others have been at work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from civicnet_site.demo.city import City as DemoCity
from civicnet_site.demo.day import live_through


@pytest.mark.journey
def test_the_demo_lives_its_day_to_the_end(city: Any, tmp_path: Path) -> None:
    known = DemoCity(password=city.password, portal_key=city.portal_key)

    result = live_through(base=city.government, city=known, files=tmp_path, say=print)

    assert len(result["article_urls"]) == 2
    assert result["case"]["steps"][-1] == "COMPLETE"
    assert result["roster_rows"] > 3000
