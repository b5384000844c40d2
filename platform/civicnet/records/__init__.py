"""Records: fields that people define on a screen, as data, and everything that is made of a definition."""
