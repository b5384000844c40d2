"""Kept statements as plugins declare them for what they answer; how they work is told in ``civicnet.ledger.statements``."""

from civicnet.ledger.statements import Condition, Rows, Statement, Values, filled_up, statement

__all__ = ["Condition", "Rows", "Statement", "Values", "filled_up", "statement"]
