"""Who must hear of what, and the ledger that proves who did."""
