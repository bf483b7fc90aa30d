"""What people thought of a dialogue: invitations, anonymous answer sheets, results frozen at closing."""
