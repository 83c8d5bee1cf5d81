"""Indicators: computed from the registers' rows, watched over time, and judged."""
