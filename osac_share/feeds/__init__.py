"""News feeds in Atom, RSS and JSON Feed: what feed readers and other machines poll."""
