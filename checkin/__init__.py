"""The door: people are ticked in as they come."""
