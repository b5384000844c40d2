"""The platform's own suite for plugins, run on this one: what it promises, every plugin keeps."""

from civicnet.testing.conformance import *  # noqa: F403
