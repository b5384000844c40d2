"""Working days: China's public holidays, the weekend days made up for them, and what a city enters itself.

Plugins count with ``civicnet.workdays.calendar`` and with nothing else, so that a deadline is the same wherever it is told.
"""
