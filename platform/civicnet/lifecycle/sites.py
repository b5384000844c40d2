"""Wagtail's sites as switches know them: by host, and gone when their site is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail.models import Site

from civicnet.lifecycle.models import PluginSiteState


def site_names() -> dict[int, str]:
    """What each site is called where no two may be mixed up: its host, with its port unless that is 80."""
    rows = Site.objects.order_by("pk").values_list("pk", "hostname", "port")
    return {pk: hostname if port == 80 else f"{hostname}:{port}" for pk, hostname, port in rows}


def sites_called(name: str, names: Mapping[int, str]) -> list[int]:
    """The sites meant by ``host`` or ``host:port``, among names by number; several where one host serves at several ports."""
    wanted = name.strip().lower().removesuffix(":80")
    known = {site_id: known.lower() for site_id, known in names.items()}
    exact = [site_id for site_id, one in known.items() if one == wanted]
    return exact or [site_id for site_id, one in known.items() if one.rpartition(":")[0] == wanted]


def site_label(site_id: int) -> str:
    """The name people gave a site, or its host; its number where it is gone."""
    site = Site.objects.filter(pk=site_id).first()
    return (site.site_name or site.hostname) if site else str(site_id)


def is_site(site_id: int) -> bool:
    """Whether there is such a site."""
    return bool(Site.objects.filter(pk=site_id).exists())


def forget_site(sender: Any, instance: Any, **kwargs: Any) -> None:
    """When a site is deleted, what it made of plugins goes with it: one it held on would else stay on in the admin.

    The generation is counted up for every site that comes, moves or goes.
    """
    PluginSiteState.objects.filter(site_id=instance.pk).delete()
