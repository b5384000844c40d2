"""Who may see and do what: organisations, positions and API clients."""
