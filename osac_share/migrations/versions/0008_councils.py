"""Make room for security offices, and for acts that need two people.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""


def downgrade() -> None:
    """Go one step back."""
