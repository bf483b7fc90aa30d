"""All tables in one place, for migrations, export and the schema tests."""

import accounts.models
import events.models
import feedback.models
import kit.journal
import mail.models
import network.models
import registration.models  # noqa: F401 - importing them fills the metadata
from sqlmodel import SQLModel

METADATA = SQLModel.metadata
