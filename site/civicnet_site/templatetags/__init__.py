"""Template tags of the public sites."""
