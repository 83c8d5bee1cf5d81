"""What a hospital keeps, checks, counts and scores, as declared in TOML."""
