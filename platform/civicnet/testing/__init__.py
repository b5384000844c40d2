"""Author kit: fixtures that a plugin's own tests use."""
