"""GraphQL over HTTP in steps: negotiate, who, read, document, admit, run, respond. ``answering`` is the way through."""
