"""The ground floor: what every feature stands on. No Flask and no feature here."""
