"""Settings: base is shared; demo, test and production say what differs."""
