"""Publicity: columns and articles, their reviews, and the sites on which they appear."""
