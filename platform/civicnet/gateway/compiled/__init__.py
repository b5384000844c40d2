"""Compiled execution: a document turned once into plain functions that give exactly the library's result."""

from civicnet.gateway.compiled.executing import Plans, execute
from civicnet.gateway.compiled.plan import Plan, compile_operation

__all__ = ["Plan", "Plans", "compile_operation", "execute"]
