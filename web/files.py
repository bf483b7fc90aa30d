"""Files made in the background: which room makes which kind."""

from registration.files import MAKERS as OF_REGISTRATIONS

MAKERS = OF_REGISTRATIONS
