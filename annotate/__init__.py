"""Annotation and dataset building for Arabic news."""

__version__ = "0.1.0"
