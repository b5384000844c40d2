"""The deployable project: settings, URLs, the themes of the two public sites, and the demo city."""
