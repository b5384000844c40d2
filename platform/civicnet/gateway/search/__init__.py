"""Search over GraphQL: the words of a query, and what of a text they are in. Whose rows match is the plugins' own affair."""
