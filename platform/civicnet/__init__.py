"""CivicNet's host: it carries plugins and knows none of them."""

__version__ = "0.1.0"
