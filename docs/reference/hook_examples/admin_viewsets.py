"""A screen of the admin with an entry in its menu."""

from typing import Any

from civicnet.contract import hookimpl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from wagtail.admin.viewsets.base import ViewSet


def index(request: HttpRequest) -> HttpResponse:
    return render(request, "wagtailadmin/generic/base.html", {"header_title": "示例"})


class ExampleViewSet(ViewSet):
    name = "example_screen"
    url_prefix = "example"
    menu_label = "示例"
    icon = "list-ul"
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        return [path("", index, name="index")]


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    return [ExampleViewSet()]
