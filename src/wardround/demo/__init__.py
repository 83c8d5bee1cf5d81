"""The demonstration: a hospital that does not exist, its plan, its feeds and its entries."""
