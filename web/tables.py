"""All tables in one place, for migrations, export and the schema tests."""

from sqlmodel import SQLModel

import registration.models  # noqa: F401 - importing them fills the metadata

METADATA = SQLModel.metadata
