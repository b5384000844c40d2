"""Trusted documents: registered by people who looked at them, asked for by the hash of their text."""
