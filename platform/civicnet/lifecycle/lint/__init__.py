"""Lint: what plugin authors forget easily and regret late, found in their source without running it."""

from civicnet.lifecycle.lint.reading import Finding
from civicnet.lifecycle.lint.rules import RULES, Rule
from civicnet.lifecycle.lint.running import lint, packages_below

__all__ = ["RULES", "Finding", "Rule", "lint", "packages_below"]
