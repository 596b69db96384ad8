"""Make room for second factors, and say which sessions proved one.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""


def downgrade() -> None:
    """Go one step back."""
