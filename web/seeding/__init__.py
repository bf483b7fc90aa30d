"""States that can be put in place: the demo, and described ones."""
