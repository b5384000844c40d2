"""Assessment: forms with their items, filled in for one subject at a time, from a record and never from a ranking."""
