"""What every test here stands on: the platform's author kit brings the city, people, keys and switches."""

from collections.abc import Callable

import pytest


@pytest.fixture
def switched_on(enabled: Callable[..., None]) -> None:
    """The plugin is on, as after `civicnet plugins on station`."""
    enabled("station")
