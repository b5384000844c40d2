"""Where the desk begins."""

from django.urls import path

from civicnet.console.desk import home

urlpatterns = [path("", home, name="desk")]
