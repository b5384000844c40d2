"""Grids: which area each community has zoned, who serves in it, and who is on duty today."""
