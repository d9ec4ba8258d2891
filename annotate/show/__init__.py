"""Draws annotated articles, and two annotations of one article against each other."""
