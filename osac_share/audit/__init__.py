"""The record of acts: appended in the same transaction as the act, never changed."""
