"""Search over GraphQL: the words of a query, and what of a text they are in. Whose rows match is the plugins' own affair.

Here is the place for an index that knows where Chinese words end: ``words.words_of`` is what it takes over.
"""
