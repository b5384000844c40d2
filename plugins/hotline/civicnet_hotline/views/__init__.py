"""Screens over services and selectors: the resident's pages, the worker's desk, the office."""
