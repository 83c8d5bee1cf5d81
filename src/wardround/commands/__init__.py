"""What the commands do, a module a theme; `cli` says how they are called.

Each command is a function of the parsed words that returns an `Outcome`; nothing is printed
here but progress.
"""
