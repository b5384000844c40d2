"""Where the worker's page is."""

from django.urls import path

from civicnet_grid.views.desk import my_grid

desk = [path("", my_grid, name="my_grid")]
