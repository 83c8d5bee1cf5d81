"""What is kept: entries, feeds, and the tables worked from them. Django begins here."""
