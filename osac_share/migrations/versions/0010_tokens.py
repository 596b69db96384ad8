"""Make room for the tokens of feed readers and programs.

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""


def downgrade() -> None:
    """Go one step back."""
