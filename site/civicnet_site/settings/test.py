"""Tests: strict about plugins, fast about passwords, and tasks that run when the test says so."""

import os

# Each of the processes that test side by side has files of its own: one counts none that another leaves.
# They inherit the folder of the process that starts them: that one, and none that somebody named, is divided.
# So do two runs, where the second one names another folder to divide.
os.environ.setdefault("CIVICNET_TESTS_VAR", "var/test")
if os.environ.setdefault("CIVICNET_VAR", os.environ["CIVICNET_TESTS_VAR"]) == os.environ["CIVICNET_TESTS_VAR"]:
    os.environ["CIVICNET_VAR"] = os.path.join(
        os.environ["CIVICNET_TESTS_VAR"], os.environ.get("PYTEST_XDIST_WORKER", "")
    ).rstrip("/")
os.environ.setdefault("CIVICNET_TWO_FACTOR", "off")
os.environ.setdefault("CIVICNET_LOAD_POLICY", "strict")

from .base import *

# whitenoise looks for it at every start, also when nothing was collected.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
SECRET_KEY = "only-for-tests"  # noqa: S105
CIVICNET_FIELD_KEYS = ["test:" + "5a" * 32]
CIVICNET_AUDIT_KEYS = ["test:" + "a5" * 32]
# Tests of the witness name a folder of their own.
CIVICNET_AUDIT_CHECKPOINTS = ""
CIVICNET_LEDGER_GATE = True
# Tests count their statements: none comes in between because half a minute has passed.
CIVICNET_TALLY_SECONDS = 0
# What one test registered, the next must not remember.
CIVICNET_GRAPHQL_DOCUMENT_SECONDS = 0
ALLOWED_HOSTS = ["*"]
# All tests call from one address within one minute; those about budgets set their own.
CIVICNET_REFUSALS_PER_MINUTE = CIVICNET_TOKENS_PER_MINUTE = 1_000_000
# Nor do they share a budget, or lease one in the middle of a count of statements.
CIVICNET_GRAPHQL_HOURLY_COST = CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST = CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST = 0
# A client of the tests signs in without a request, which axes refuses; the tests of lockout switch it on.
AXES_ENABLED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if CIVICNET_TASKS == "database":
    TASKS["default"]["BACKEND"] = "django_tasks.backends.immediate.ImmediateBackend"
