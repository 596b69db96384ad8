"""What a member wishes to hear of, and the matching of reports to those wishes."""
