"""Answers: what an implementation gives back is looked at before the host uses it.

A wrong answer would otherwise be noticed in the host's own loop, where nobody names the plugin; and a generator would run
there, outside of all that stands around a plugin's code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from civicnet import contract


class WrongAnswer(TypeError):
    """An implementation gave back something else than its hook asks for."""


def check_answer(specification: Callable[..., Any], value: Any) -> None:
    """Compare an answer with what the hook declares, as far as it names plain types and those of the contract.

    Raises:
        WrongAnswer: it is of another kind.
    """
    is_list, kind = _expected(specification)
    if is_list and not isinstance(value, list | tuple):
        raise WrongAnswer(f"it answered {type(value).__name__}, not a list")
    for one in value if is_list else (value,):
        if kind is not None and not isinstance(one, kind):
            where = " in a list" if is_list else ""
            raise WrongAnswer(f"it answered {type(one).__name__}{where}, not {kind.__name__}")


@lru_cache(maxsize=256)
def _expected(specification: Callable[..., Any]) -> tuple[bool, type | None]:
    """Whether a list is declared, and of what kind each value is; None where the declaration names nothing known here."""
    declared = inspect.signature(specification).return_annotation
    text = declared if isinstance(declared, str) else inspect.formatannotation(declared)
    is_list = text.startswith("list[")
    name = text.removeprefix("list[").removesuffix("]") if is_list else text
    return is_list, type if name.startswith("type[") else _kind(name.rpartition(".")[2])


def _kind(name: str) -> type | None:
    found = {"int": int, "str": str, "bool": bool}.get(name) or getattr(contract, name, None)
    return found if isinstance(found, type) else None
