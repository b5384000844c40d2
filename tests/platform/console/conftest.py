"""Portals that import."""

from __future__ import annotations

from typing import Any

import pytest
from portals import SCOPES, Portal

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client


@pytest.fixture
def portals(city: Any) -> Any:
    def made(name: str, code: str = "222403001", scopes: list[str] = SCOPES, **options: Any) -> Portal:
        return Portal(*create_client(name=name, organisation=city[code], scopes=scopes, actor=SYSTEM, **options))

    return made


@pytest.fixture
def portal(portals: Any) -> Portal:
    """A client of one subdistrict."""
    return portals("渤海门户")
