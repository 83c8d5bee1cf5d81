"""Checks what a summary claims: every figure against the figures beside it, and against itself.

Decides which printed numbers agree, agree by rounding, differ, or cannot be judged; never reads
the hospital's records itself (`hospital` says how they are asked) and never corrects a document.
"""
