"""The national side: the service point takes initiatives in and helps them."""
