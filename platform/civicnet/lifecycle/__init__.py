"""Plugins from discovery to the switch: manifest, activation, snapshot, gate, hook calls."""
