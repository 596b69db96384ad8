"""Make room for letters about accounts, links that work once, and attempts to sign in.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""


def downgrade() -> None:
    """Go one step back."""
