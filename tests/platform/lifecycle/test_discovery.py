"""Discovery sorts by need and leaves out, by name, what cannot run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from civicnet.lifecycle.discovery import arrange
from civicnet.lifecycle.manifest import Manifest

PLATFORM = Version("0.1.0")


def plugin(slug: str, needs: dict[str, str] | None = None, *, version: str = "1.0", platform: str = "") -> Manifest:
    return Manifest(
        slug=slug,
        package=f"acme_{slug}",
        version=Version(version),
        label={},
        summary={},
        requires_platform=SpecifierSet(platform),
        requires_plugins={other: SpecifierSet(wanted) for other, wanted in (needs or {}).items()},
        prefix=slug,
        scope="hybrid",
        urls=(f"p/{slug}/",),
    )


def test_plugins_come_after_those_they_need() -> None:
    found = arrange(
        [plugin("alpha", {"zulu": ">=1"}), plugin("zulu"), plugin("mike", {"alpha": ""})], broken=[], platform=PLATFORM
    )

    assert [one.slug for one in found.loadable] == ["zulu", "alpha", "mike"]
    assert found.unloadable == ()


def test_what_needs_a_missing_plugin_is_left_out_with_those_that_need_it() -> None:
    found = arrange(
        [plugin("alpha", {"beta": ""}), plugin("beta", {"gone": ""}), plugin("other")], broken=[], platform=PLATFORM
    )

    assert [one.slug for one in found.loadable] == ["other"]
    assert sorted(one.reason for one in found.unloadable) == [
        "alpha needs the plugin beta, which is not there",
        "beta needs the plugin gone, which is not there",
    ]


def test_a_version_outside_the_range_is_named_with_both_numbers() -> None:
    found = arrange([plugin("alpha", {"beta": ">=2"}), plugin("beta")], broken=[], platform=PLATFORM)

    assert [one.reason for one in found.unloadable] == ["alpha needs beta >=2, found 1.0"]


def test_a_plugin_for_another_platform_is_left_out() -> None:
    found = arrange([plugin("alpha", platform=">=9")], broken=[], platform=PLATFORM)

    assert [one.reason for one in found.unloadable] == ["alpha needs platform >=9, this is 0.1.0"]


def test_a_circle_is_left_out_with_its_path_and_the_rest_loads() -> None:
    found = arrange(
        [plugin("alpha", {"beta": ""}), plugin("beta", {"alpha": ""}), plugin("calm")], broken=[], platform=PLATFORM
    )

    assert [one.slug for one in found.loadable] == ["calm"]
    assert len(found.unloadable) == 2
    assert all("in a circle" in one.reason and "alpha" in one.reason for one in found.unloadable)


def test_two_plugins_cannot_claim_one_slug() -> None:
    found = arrange([plugin("alpha"), plugin("alpha")], broken=[], platform=PLATFORM)

    assert len(found.loadable) == 1
    assert [one.reason for one in found.unloadable] == ["acme_alpha: slug 'alpha' is already taken by acme_alpha"]


@pytest.mark.parametrize(
    ("mine", "kind"),
    [
        ({"prefix": "alp"}, "prefix 'alp'"),
        ({"prefix": "alphas"}, "prefix 'alphas'"),
        ({"urls": ("p/alpha/inside/",)}, "url 'p/alpha/inside/'"),
        ({"urls": ("p/",)}, "url 'p/'"),
    ],
)
def test_a_name_inside_or_around_anothers_is_taken(mine: dict[str, Any], kind: str) -> None:
    found = arrange([plugin("alpha"), replace(plugin("thief"), **mine)], broken=[], platform=PLATFORM)

    assert [one.slug for one in found.loadable] == ["alpha"]
    assert [one.reason for one in found.unloadable] == [f"acme_thief: {kind} is already taken by acme_alpha"]
