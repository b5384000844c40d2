"""Search in Chinese texts, behind Wagtail's search API and on every database.

A Chinese text is indexed as its pairs of neighbouring signs, so that whatever stands in it is found, and as the words that a
dictionary sees in it, so that what was meant comes first. docs/explanation/search.md tells why.
"""
