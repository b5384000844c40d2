"""Benchmarks: the demo's settings on a database of their own, with the rivals' addresses beside ours."""

import os

os.environ.setdefault("CIVICNET_VAR", "var/bench")

from .demo import *

ROOT_URLCONF = "civicnet_site.bench.rivals.urls"
CIVICNET_SHOW_PROCESS = False
# Installed once for the checkout, above the folder of the benchmarks.
STATICFILES_DIRS = [path for path in [VAR_DIR.parent / "vendor"] if path.is_dir()]
# Charged like everybody, and never spent.
CIVICNET_GRAPHQL_HOURLY_COST = CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST = CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST = 10**13
