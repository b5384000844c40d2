"""A page of the plugin at /p/example/; plugin.toml declares the prefix: urls = ["p/example/"]."""

from civicnet.contract import Route, hookimpl
from django.http import HttpRequest, HttpResponse
from django.urls import path


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse("示例")


@hookimpl
def routes() -> list[Route]:
    return [Route(prefix="p/example/", urlpatterns=[path("", index, name="index")])]
