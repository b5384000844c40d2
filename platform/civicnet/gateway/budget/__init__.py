"""Budgets of an hour, charged by cost, shared by all processes: each leases a hundredth at a time and spends it."""
