"""Who may see and do what: organisations, positions, API clients, and the cipher for personal data."""
