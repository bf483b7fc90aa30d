"""All tables in one place, for migrations, export and the schema tests."""

# Importing the models fills the metadata.
from sqlmodel import SQLModel

import accounts.models as _accounts
import checkin.models as _checkin
import events.models as _events
import feedback.models as _feedback
import kit.downloads as _downloads
import kit.journal as _journal
import mail.models as _mail
import network.models as _network
import registration.models as _registration
import subscription.models as _subscription

MODULES = (
    _accounts, _checkin, _downloads, _events, _feedback, _journal, _mail, _network, _registration, _subscription,
)  # fmt: skip
METADATA = SQLModel.metadata
