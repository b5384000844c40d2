"""The author kit as a pytest plugin: it finds the plugin under test, brings the fixtures, and runs the conformance suite.

``pytest --plugin=SLUG`` runs the suite on an installed plugin. A project's own tests name theirs once in ``pyproject.toml``,
``civicnet_plugin = "slug = package"``; then it is found also where it is not installed. In a run that names neither, and has
no settings of Django, nothing of all this happens. So nothing here may import Django's models: settings come later.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

SUITE = Path(__file__).with_name("conformance")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin under test, by option or in the project's own settings."""
    told = "run CivicNet's conformance suite on this installed plugin (its slug)"
    parser.getgroup("civicnet").addoption("--plugin", metavar="SLUG", default="", help=told)
    parser.addini("civicnet_plugin", 'the plugin that this project is, as "slug = package"', default="")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Let the platform find the project's own plugin; before pytest-django reads the settings, which ask for all plugins."""
    slug, _equals, package = (part.strip() for part in str(early_config.getini("civicnet_plugin")).partition("="))
    if slug:
        if find_spec(package) is None:
            sys.path.insert(0, str(early_config.rootpath))
        from civicnet.lifecycle.discovery import look_also

        look_also(slug, package)
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Bring the fixtures where Django is set up, and the suite where a plugin was named."""
    from django.conf import settings

    if not settings.configured:
        if slug_under_test(config):
            raise pytest.UsageError("name the settings: DJANGO_SETTINGS_MODULE=civicnet_site.settings.test")
        return
    config.pluginmanager.import_plugin("civicnet.testing.fixtures")
    if config.getoption("--plugin") and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(SUITE)]


def slug_under_test(config: pytest.Config) -> str:
    """The plugin that was named, by option first; "" where none was."""
    return str(config.getoption("--plugin") or str(config.getini("civicnet_plugin")).partition("=")[0].strip())
