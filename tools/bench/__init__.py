"""The benchmark. It imports nothing of the product: it starts its commands, speaks HTTP and SMTP, and counts with `export`."""
