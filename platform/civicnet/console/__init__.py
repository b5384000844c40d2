"""The bridge to Wagtail's admin, and the worker's desk."""
