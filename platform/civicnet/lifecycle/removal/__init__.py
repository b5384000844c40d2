"""Taking a plugin out of the database whole, and bringing it back: by what its inventory says, never by its own code."""
