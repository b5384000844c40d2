"""The rivals, each as its own documentation would have it written, and each on our tables and rows."""
