"""What happened: audit records and the change log, by id and label, with no import upward."""
