"""Letters: a row first, a delivery later."""
