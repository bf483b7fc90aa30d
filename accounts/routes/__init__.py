"""Addresses of accounts: signing in, passkeys, and one's own account."""

from accounts.routes import account, passkeys, sign_in

ROUTES = (*passkeys.ROUTES, *sign_in.ROUTES, *account.ROUTES)
