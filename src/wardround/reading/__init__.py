"""Reads a hospital's plan: from a file to statements with owners, targets, cadences and deadlines.

Decides what a document says; what is done about it is left to `work` and the store.
"""
