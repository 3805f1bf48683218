"""how soon at the soonest

Revision ID: 0eb3092adcf6
Revises: 2568060f1722
"""

import sqlalchemy as sa
from alembic import op

revision = "0eb3092adcf6"
down_revision = "2568060f1722"
branch_labels = None
depends_on = None


_EVENTS = ("applied", "commented", "decided", "proposed")
_PACES = "'IMMEDIATELY', 'DAILY', 'WEEKLY', 'INBOX_ONLY'"


def upgrade() -> None:
    # Rather fail, and be run again, than queue every reader behind a lock that waits.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for event in _EVENTS:
        column = sa.Column(
            f"{event}_frequency", sa.String(length=40), nullable=False, server_default="IMMEDIATELY"
        )
        op.add_column("mail_settings", column)
        op.create_check_constraint(
            op.f(f"ck_mail_settings__{event}_frequency"),
            "mail_settings",
            f"mail_settings.{event}_frequency IN ({_PACES})",
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for event in _EVENTS:
        op.drop_constraint(op.f(f"ck_mail_settings__{event}_frequency"), "mail_settings", type_="check")
        op.drop_column("mail_settings", f"{event}_frequency")
