"""Lint: each rule finds what it is there for, an allowance needs a reason, and our own plugins are clean."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from civicnet.lifecycle.lint import RULES, lint, packages_below
from civicnet.lifecycle.lint.running import OWN, lint_text
from civicnet.testing.fixtures import manifest_for

ROOT = Path(__file__).resolve().parents[3]
BUNDLED = packages_below(ROOT / "plugins")
PAGE = (ROOT / "docs/reference/plugin-lint.md").read_text(encoding="utf-8")

BAD = [
    ("CN101", "from wagtail import hooks\n\n@hooks.register('x')\ndef f(): ...", 3),
    ("CN101", "from wagtail.hooks import register as r\nr('x', print)", 2),
    ("CN102", "from django.db.models.signals import post_save\npost_save.connect(print)", 2),
    ("CN102", "from django.dispatch import receiver\n\n@receiver(signal)\ndef f(**given): ...", 3),
    ("CN102", "import wagtail.signals\nwagtail.signals.page_published.connect(print)", 2),
    ("CN102", "case_closed.connect(print, dispatch_uid='x')", 1),
    ("CN103", "from django_tasks import task\n\n@task()\ndef f(): ...", 3),
    ("CN103", "from celery import shared_task\n\n@shared_task\ndef f(): ...", 3),
    ("CN104", "from wagtail.snippets.models import register_snippet\nregister_snippet(Thing)", 2),
    ("CN105", "from wagtail.contrib.settings.models import register_setting\n\n@register_setting\nclass S: ...", 3),
    ("CN106", "from django.contrib import admin\nadmin.site.register(Thing)", 2),
    ("CN106", "from django.contrib import admin\n\n@admin.register(Thing)\nclass A: ...", 3),
    ("CN107", "from django.conf import settings\nsettings.DEBUG = True", 2),
    ("CN107", "from django.conf import settings\nsettings.INSTALLED_APPS += ['x']", 2),
    ("CN107", "from django.conf import settings\nsettings.MIDDLEWARE.append('x')", 2),
    ("CN107", "from django.conf import settings\nsettings.CACHES['x'] = {}", 2),
    ("CN107", "from django.conf import settings\nsetattr(settings, 'X', 1)", 2),
    ("CN107", "from django.test import override_settings\noverride_settings(X=1)", 2),
    ("CN201", "from civicnet_grid.models import Grid", 1),
    ("CN201", "def f():\n    import civicnet_site.urls", 2),
    ("CN202", "from civicnet.lifecycle.registry import registry", 1),
    ("CN202", "from civicnet.lifecycle.hooks import _ask", 1),
    ("CN202", "from civicnet.contract import *", 1),
    ("CN202", "import civicnet.gateway.composer", 1),
    ("CN202", "from civicnet.testing.fixtures import plug", 1),
    ("CN301", "class F:\n    class Meta:\n        fields = '__all__'", 3),
    ("CN301", "form = modelform_factory(Thing, fields='__all__')", 1),
    ("CN302", "from graphene_django import DjangoObjectType\nclass T(DjangoObjectType): ...", 2),
    ("CN303", "import requests\nrequests.get('https://x.example')", 2),
    ("CN303", "import requests\nrequests.post('https://x.example', timeout=None)", 2),
    ("CN303", "from urllib.request import urlopen\nurlopen('https://x.example')", 2),
    ("CN303", "import httpx\nhttpx.get('https://x.example', timeout=None)", 2),
    ("CN304", "Case.objects.create(number=1)", 1),
    ("CN304", "Case.objects.filter(pk=1).update(number=1)", 1),
    ("CN401", "from civicnet.contract import Route\nRoute('elsewhere/', [])", 2),
    ("CN401", "from civicnet.contract import Route\nRoute(prefix='elsewhere/', urlpatterns=[])", 2),
    ("CN402", "from civicnet.contract import hookimpl\n\n@hookimpl(wrapper=True)\ndef hear(): ...", 3),
    ("CN402", "from civicnet.contract import hookimpl\n\n@hookimpl(hookwrapper=True)\ndef hear(): ...", 3),
    ("CN001", "def f(:", 1),
    ("CN001", "x = 1\0", 1),
]
GOOD = [
    "import sqlite3\nsqlite3.connect('x')",
    "hooks.register('not imported from anywhere')",
    "from django.conf import settings\nname = settings.INSTALLED_APPS[0]\nvalues = settings.THINGS.get('x')",
    "import acme_good.models\nfrom .models import Thing\nfrom acme_good import services",
    "from civicnet.contract import Actor, hookimpl\nimport civicnet.cipher.fields",
    "import requests\nrequests.get('https://x.example', timeout=5)\nrequests.get('https://x.example', **given)",
    "import httpx\nhttpx.get('https://x.example')",
    "rows = Case.objects.filter(pk=1).values()\nrow = Case.objects.none()\nform.save()",
    "from civicnet.contract import Route, hookimpl\nRoute('p/good/', [])\n\n@hookimpl(tryfirst=True)\ndef hear(): ...",
    "class F:\n    class Meta:\n        fields = ['number']",
]


def found(text: str, place: str = "views") -> list[tuple[str, int]]:
    manifest = manifest_for("good", urls=("p/good/",))
    return [(one.code, one.line) for one in lint_text(text, Path(f"{place}.py"), place, manifest)]


@pytest.mark.parametrize(("code", "text", "line"), BAD)
def test_a_rule_finds_what_it_is_there_for(code: str, text: str, line: int) -> None:
    assert found(text) == [(code, line)]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_right_is_let_through(text: str) -> None:
    assert found(text) == []


def test_every_rule_has_an_example() -> None:
    assert {code for code, _text, _line in BAD} >= {rule.code for rule in RULES}


def test_services_write_and_forms_of_services_too() -> None:
    assert found("Case.objects.create(number=1)", "services.forms") == []
    assert found("Case.objects.create(number=1)", "views.office") == [("CN304", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "from wagtail import hooks\nhooks.register('x', f)  # lint: allow CN101 because it guards what is kept while off",
        "from wagtail import hooks\n# lint: allow CN101 because it guards\nhooks.register('x', f)",
        "from wagtail import hooks\n\n# lint: allow CN101 because it guards\n# for good\n\n@hooks.register('x')\ndef f(): ...",
    ],
)
def test_an_allowance_with_a_reason_is_honoured(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "comment", ["# lint: allow CN101", "# lint: allow because I say so", "# lint: allow CN101 because"]
)
def test_without_a_reason_it_is_not(comment: str) -> None:
    text = f"from wagtail import hooks\nhooks.register('x', f)  {comment}"

    assert found(text) == [("CN002", 2), ("CN101", 2)]


def test_an_allowance_outlives_nothing_and_covers_its_own_line_only() -> None:
    text = (
        "from wagtail import hooks\n"
        "hooks.register('x', f)\n"
        "# lint: allow CN101, CN102 because it guards\n"
        "hooks.register('y', f)\n"
        "text = '# lint: allow CN101'\n"
    )

    assert found(text) == [("CN101", 2), ("CN003", 4)]


@pytest.mark.parametrize("package", BUNDLED, ids=lambda package: package.name)
def test_a_bundled_plugin_is_clean(package: Path) -> None:
    assert [f"{one.path.name}:{one.line}: {one.code} {one.message}" for one in lint(package)] == []


def test_the_page_lists_every_code_as_it_is() -> None:
    told = {
        code: (finds, instead) for code, finds, instead in re.findall(r"^\| (CN\d+) \| (.+?) \| (.+?) \|$", PAGE, re.M)
    }

    assert told == {rule.code: (rule.finds, rule.instead) for rule in RULES}
    assert all(f"**{code}**: {said}" in PAGE for code, said in OWN.items())


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """A plugin that is not installed, with tests inside its package."""
    package = tmp_path / "dist" / "acme_station"
    (package / "tests").mkdir(parents=True)
    (package / "plugin.toml").write_text('slug = "station"\nversion = "1.0"\n')
    (package / "views.py").write_text("raise SystemExit('this code is never run')\nStation.objects.create()\n")
    (package / "tests" / "test_it.py").write_text("from civicnet.testing.fixtures import plug\n")
    return package


def said(*targets: str) -> str:
    out = StringIO()
    try:
        call_command("plugins", "lint", *targets, stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return f"{out.getvalue()}! {error}"
    return out.getvalue()


def test_the_command_looks_at_a_folder_without_running_it(stranger: Path) -> None:
    text = said(str(stranger.parent))

    assert f"{stranger}/views.py:2: CN304 a row written where requests come in (create): call a service" in text
    assert text.endswith("! 1 found; docs/reference/plugin-lint.md says why each matters")
    assert said(str(stranger)) == text


def test_the_command_looks_at_plugins_by_their_slugs() -> None:
    assert said("grid", "hotline") == "nothing found in 2 plugins\n"
    assert said("nowhere").startswith("! nowhere is no folder and no loaded plugin; there are ")


def test_a_folder_without_a_plugin_and_a_broken_manifest_are_told(tmp_path: Path, stranger: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "there is no plugin.toml below this folder" in said(str(tmp_path / "empty"))

    (stranger / "plugin.toml").write_text("slug = 3")
    assert said(str(stranger)).startswith("! acme_station: slug must be")
