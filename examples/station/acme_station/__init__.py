"""Service stations: stations at which organisations serve residents, with address and opening hours."""
