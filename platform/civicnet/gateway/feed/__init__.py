"""The change feed: what came, changed and went, in an order that loses nothing, for portals that keep a copy."""
