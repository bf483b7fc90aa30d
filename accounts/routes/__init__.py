"""Addresses of accounts: signing in, and one's own account."""

from accounts.routes import account, sign_in

ROUTES = (*sign_in.ROUTES, *account.ROUTES)
