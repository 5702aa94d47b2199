"""Places: where an event is, how precisely that is known, and the map that shows it."""
