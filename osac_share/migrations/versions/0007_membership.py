"""Make room for applications of organizations and for what is asked of them.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""


def downgrade() -> None:
    """Go one step back."""
