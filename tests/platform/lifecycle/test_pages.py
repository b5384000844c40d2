"""Pages of plugins: the way to them is shut while their plugin is off."""

from __future__ import annotations

import pytest
from django.http import Http404

from civicnet.lifecycle.pages import GatedPageMixin
from civicnet.lifecycle.snapshot import Snapshot, using


class Answering:
    """What a page does when nothing stands before it."""

    def route(self, request, path_components):
        """Found."""
        return ("routed", path_components)

    def serve(self, request, *args, **kwargs):
        """Served."""
        return ("served", args, kwargs)

    @classmethod
    def can_create_at(cls, parent):
        """Anywhere but at the root."""
        return parent != "root"


class StationPage(GatedPageMixin, Answering):
    """A page of a plugin."""

    plugin = "station"


def test_a_page_answers_while_its_plugin_is_on():
    with using(Snapshot(1, None, frozenset({"station"}))):
        assert StationPage().route("request", ["a"]) == ("routed", ["a"])
        assert StationPage().serve("request", 1, two=2) == ("served", (1,), {"two": 2})
        assert StationPage.can_create_at("column")
        assert not StationPage.can_create_at("root")


def test_a_page_is_not_there_while_its_plugin_is_off():
    with using(Snapshot(1, None, frozenset({"other"}))):
        with pytest.raises(Http404):
            StationPage().route("request", [])
        with pytest.raises(Http404):
            StationPage().serve("request")
        assert not StationPage.can_create_at("column")
