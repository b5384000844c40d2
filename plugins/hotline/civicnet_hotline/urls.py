"""Where the hotline answers: three prefixes, all declared in plugin.toml."""

from __future__ import annotations

from django.urls import path

from civicnet.contract import Route
from civicnet_hotline.open311 import endpoints
from civicnet_hotline.views import correction, desk, resident


def routes() -> list[Route]:
    """All public URLs."""
    return [
        Route(prefix="open311/v2/", urlpatterns=endpoints.urlpatterns),
        Route(
            prefix="requests/",
            urlpatterns=[
                path("", resident.ask, name="ask"),
                path("error/", correction.report, name="report_error"),
                path("received/<str:token>/", resident.received, name="received"),
                path("progress/", resident.look_up, name="look_up"),
                path("progress/<str:token>/", resident.progress, name="progress"),
            ],
        ),
        Route(
            prefix="desk/hotline/",
            urlpatterns=[
                path("", desk.desk, name="desk"),
                path("<str:number>/", desk.case, name="desk_case"),
                path("<str:number>/<slug:act>/", desk.act, name="desk_act"),
            ],
        ),
    ]
