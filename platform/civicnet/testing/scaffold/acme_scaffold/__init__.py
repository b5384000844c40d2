"""LABEL_EN: points at which organisations serve residents, with address and opening hours."""
