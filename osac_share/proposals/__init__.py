"""Acts that need two people: one proposes, another seconds, and only then it is done."""
