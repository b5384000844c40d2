"""Benchmarks: the demo's settings on a database of their own, with the rivals' addresses beside ours."""

import os

os.environ.setdefault("CIVICNET_VAR", "var/bench")

from .demo import *

ROOT_URLCONF = "civicnet_site.bench.rivals.urls"
CIVICNET_SHOW_PROCESS = False
# The bench asks more in a minute than a city allows in an hour. Everything is counted and charged as ever.
CIVICNET_GRAPHQL_HOURLY_COST = 10**15
CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST = 10**15
CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST = 10**15
