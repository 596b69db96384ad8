"""Acts that need two people: one proposes, another one seconds."""
