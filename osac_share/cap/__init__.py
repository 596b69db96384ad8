"""Public alerts in the Common Alerting Protocol, signed, and how to check that one is genuine."""
