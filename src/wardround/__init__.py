"""Wardround (督行): a hospital's plan, kept. Read it, run it, measure it, write the summary."""

__version__ = "0.1.0"
