"""Our settings, and with them grapple and the REST API, as their documentation says to add them."""

from .bench import *

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "civicnet_site.bench.rivals.wagtail_doors",
    "grapple",
    "graphene_django",
    "wagtail.api.v2",
    "rest_framework",
]
ROOT_URLCONF = "civicnet_site.bench.rivals.wagtail_doors.urls"
GRAPHENE = {"SCHEMA": "grapple.schema.schema"}
GRAPPLE = {"APPS": ["civicnet_publicity"], "PAGE_SIZE": 20}
WAGTAILAPI_LIMIT_MAX = 100
