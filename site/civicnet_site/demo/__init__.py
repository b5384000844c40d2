"""The demo city: plainly made-up people in a real place, and one day of theirs."""
