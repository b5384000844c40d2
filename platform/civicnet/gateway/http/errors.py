"""What is wrong with a request before it is GraphQL."""

from __future__ import annotations

from civicnet.contract import CivicNetError


class BadRequest(CivicNetError):
    """The request is not GraphQL over HTTP; ``status`` says how."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message, code=code)
        self.status = status
