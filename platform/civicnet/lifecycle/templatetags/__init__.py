"""Template tags about plugins."""
