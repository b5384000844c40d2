"""Pages of the grid plugin: the worker's desk, and the office's in Wagtail's admin."""
