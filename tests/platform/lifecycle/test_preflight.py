"""The preflight blames who is to blame and nobody else, once for all processes, until something changes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from civicnet.lifecycle import loading, preflight, verdicts
from civicnet.lifecycle.culprits import PluginLoadError, culprit, running
from civicnet.lifecycle.discovery import Discovery, Unloadable, discover
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.preflight import HostFails, Outcome, blamed, judge, rehearse_again, rehearsed
from civicnet.lifecycle.verdicts import Verdict
from civicnet.testing.fixtures import manifest_for


class Host:
    """A host that fails with some plugins, and remembers with which it was started."""

    def __init__(self, *broken: str, speaks: bool = False, bare: bool = True) -> None:
        self.broken, self.speaks, self.bare = broken, speaks, bare
        self.starts: list[list[str]] = []

    def __call__(self, plugins: Sequence[Manifest], *, seconds: float = 0) -> Outcome:
        self.starts.append([one.slug for one in plugins])
        if not self.bare:
            return Outcome(good=False, reason="no key")
        bad = next((one for one in plugins if one.slug in self.broken), None)
        if bad is None:
            return Outcome(good=True)
        return Outcome(good=False, out=(blamed(bad, "said"),) if self.speaks else (), reason="fails", detail="trace")


def plugins(*slugs: str, **needs: str) -> list[Manifest]:
    return [manifest_for(slug, requires_plugins={needs[slug]: ""} if slug in needs else {}) for slug in slugs]


def test_when_everything_starts_one_try_is_enough() -> None:
    host = Host()

    assert judge(plugins("alpha", "beta"), host) == Verdict()
    assert host.starts == [["alpha", "beta"]]


def test_whoever_is_named_goes_with_those_that_need_them_and_the_rest_is_tried_again() -> None:
    host = Host("beta", speaks=True)

    verdict = judge(plugins("alpha", "beta", "gamma", "delta", gamma="beta", delta="gamma"), host)

    assert [(one.name, one.reason, one.version, one.state) for one in verdict.out] == [
        ("beta", "said", "1.0", "quarantined"),
        ("gamma", "it needs beta, which cannot be loaded", "1.0", "quarantined"),
        ("delta", "it needs gamma, which cannot be loaded", "1.0", "quarantined"),
    ]
    assert host.starts == [["alpha", "beta", "gamma", "delta"], ["alpha"]]


def test_where_nobody_is_named_each_culprit_is_found_by_halving() -> None:
    host = Host("beta", "eta")

    verdict = judge(plugins("alpha", "beta", "gamma", "delta", "eta", "zeta"), host)

    assert [(one.name, one.reason, one.detail) for one in verdict.out] == [
        ("beta", "fails", "trace"),
        ("eta", "fails", "trace"),
    ]
    assert host.starts[-1] == ["alpha", "gamma", "delta", "zeta"]
    assert len(host.starts) <= 9


def test_when_the_host_fails_without_any_plugin_none_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "start_with", Host(bare=False))
    found = Discovery(tuple(plugins("alpha")))

    with pytest.raises(HostFails, match="no key"):
        judge(plugins("alpha"), Host(bare=False))
    assert rehearsed(found, var=tmp_path, seconds=1) == found
    assert not (tmp_path / "preflight.json").exists()


def test_processes_that_start_together_wait_for_one_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host("beta", speaks=True)
    monkeypatch.setattr(preflight, "start_with", host)
    found = Discovery(tuple(plugins("alpha", "beta")))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: rehearsed(found, var=tmp_path / "new", seconds=1), range(4)))

    assert [[one.slug for one in answer.loadable] for answer in answers] == [["alpha"]] * 4
    assert host.starts == [["alpha", "beta"], ["alpha"]]


def test_a_verdict_holds_until_a_file_changes_or_somebody_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "path" / "acme_alpha"
    package.mkdir(parents=True)
    (package / "models.py").write_text("one = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path / "path"))
    host = Host()
    monkeypatch.setattr(preflight, "start_with", host)
    found = Discovery(tuple(plugins("alpha")))

    for _twice in range(2):
        rehearsed(found, var=tmp_path, seconds=1)
    (package / "__pycache__").mkdir()
    rehearsed(found, var=tmp_path, seconds=1)
    before = len(host.starts)
    os.utime(package / "models.py", ns=(1, 1))
    rehearsed(found, var=tmp_path, seconds=1)
    changed = len(host.starts)
    (tmp_path / "path" / "acme_alpha-2.0.dist-info").mkdir()
    rehearsed(found, var=tmp_path, seconds=1)
    installed = len(host.starts)
    rehearse_again(found, var=tmp_path, seconds=1)

    assert (before, changed, installed, len(host.starts)) == (1, 2, 3, 4)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 1}', '{"key": "k", "out": [{"name": "x"}], "noted": []}'])
def test_a_file_that_holds_no_verdict_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "preflight.json").write_text(text)

    assert verdicts.kept(tmp_path, "k") is None


def test_a_verdict_is_read_as_it_was_kept(tmp_path: Path) -> None:
    verdict = Verdict(
        out=(Unloadable("alpha", "模块坏了", detail="trace", version="1.0"),),
        noted=(Unloadable("beta", "graphql: no", version="2.0"),),
    )

    verdicts.keep(tmp_path, "k", verdict)

    assert verdicts.kept(tmp_path, "k") == verdict
    assert verdicts.kept(tmp_path, "other") is None
    assert [one.name for one in tmp_path.iterdir()] == ["preflight.json"]


def test_a_folder_that_cannot_be_written_costs_a_preflight_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "start_with", Host("beta", speaks=True))
    (tmp_path / "file").write_text("")

    found = rehearsed(Discovery(tuple(plugins("alpha", "beta"))), var=tmp_path / "file" / "var", seconds=1)

    assert [one.slug for one in found.loadable] == ["alpha"]


def test_safe_loads_no_plugin_and_strict_all_without_a_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_chosen", None)
    monkeypatch.setattr(preflight, "start_with", None)
    all_of_them = [one.package for one in discover().loadable]

    assert loading.installed_apps(policy="strict", var=tmp_path, seconds=1) == all_of_them
    assert loading.installed_apps(policy="safe", var=tmp_path, seconds=1) == []
    assert {one.name for one in loading.chosen().unloadable} == {one.slug for one in discover().loadable}
    assert {one.reason for one in loading.chosen().unloadable} == {"the load policy is safe: no plugin is loaded"}
    with pytest.raises(ValueError, match="CIVICNET_LOAD_POLICY is one of strict, quarantine, safe, not 'lax'"):
        loading.installed_apps(policy="lax", var=tmp_path, seconds=1)


def test_retry_says_what_it_finds_and_that_a_restart_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(preflight, "start_with", Host("hotline", speaks=True))

    with pytest.raises(CommandError, match="not every plugin loads whole"):
        call_command("plugins", "retry")
    lines = capsys.readouterr().out.splitlines()
    monkeypatch.setattr(preflight, "start_with", Host())
    call_command("plugins", "retry")

    assert [line.split(maxsplit=2)[2] for line in lines if line.startswith("hotline ")] == ["quarantined: said"]
    assert lines[-1] == "Running processes keep what they started with: restart them one after the other."
    assert "quarantined" not in capsys.readouterr().out
    assert verdicts.kept(tmp_path, verdicts.key_of(discover().loadable)) == Verdict()


def test_an_error_carries_the_innermost_plugin_and_an_exit_becomes_one() -> None:
    with pytest.raises(KeyError) as raised, running("outer"), running("inner"):
        raise KeyError("x")
    with pytest.raises(PluginLoadError, match=r"plugin inner calls sys.exit\(0\)") as ended, running("inner"):
        raise SystemExit(0)

    assert culprit(raised.value) == culprit(ended.value) == "inner"
    assert raised.value.__notes__ == ["This comes from the plugin inner."]
    assert culprit(ValueError()) == ""
