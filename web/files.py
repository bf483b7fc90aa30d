"""Files made in the background: which room makes which kind."""

from badges.batches import MAKERS as OF_BADGES
from registration.files import MAKERS as OF_REGISTRATIONS

MAKERS = OF_REGISTRATIONS | OF_BADGES
