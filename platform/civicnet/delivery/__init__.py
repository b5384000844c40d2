"""Delivery: an outbox whose rows go to the webhooks of API clients, signed, and again until they arrive."""
