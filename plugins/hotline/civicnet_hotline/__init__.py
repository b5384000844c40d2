"""The hotline: what residents ask, who answers for it, and what became of it."""
