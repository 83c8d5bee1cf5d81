"""Measuring how fast Wardround is; `timing` knows how, the other modules know what."""
