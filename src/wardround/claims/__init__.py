"""Checks what a summary claims: every figure against the figures beside it, and against itself.

Decides which printed numbers agree, agree by rounding, differ, or cannot be judged; never reads
the hospital's records itself (`hospital` says how they are asked) and never corrects a document.

`said` takes out what broke the text; `scanning` reads the numbers (`mentions`), with what they are
(`roles`), what they are called (`naming`, `rate_words`) and of what time (`periods`). `check` lists
the readers and the rules. The words of each stand in `catalogue/lexicon/claims.toml`, by the group
named here:

    rule        judged in                                        words
    growth      growth, balance, cited and tables (rows)         earlier, moved, fold, balance, head
    sum         parts and runs find, division names, sums judges part, whole, partition, division
    share       shares, numerators, denominators, per, tables    share, counted, head
    beds        beds (as one system), named (one by one)         quantity, relation
    relation    named, by relations                              quantity, relation
    plausible   plausible                                        relation, bounded
    same        twice                                            quantity, noise
    announced   announced                                        announced, unlisted
    numbering   numbering
    roster      rosters
    dates       dates                                            stage, noise
    damage      damage (blanks too)
    hospital    hospital
"""
