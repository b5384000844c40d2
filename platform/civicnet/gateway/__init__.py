"""GraphQL: HTTP, composition per enabled set, documents, connections, errors."""
