"""What organisers type about a dialogue, as values or as errors by field."""

from events.forms.dialogue import DialogueForm
from events.forms.start import blank, filled

__all__ = ["DialogueForm", "blank", "filled"]
