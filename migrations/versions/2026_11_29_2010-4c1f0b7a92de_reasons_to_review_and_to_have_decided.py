"""reasons to review and to have decided

Revision ID: 4c1f0b7a92de
Revises: 9de7f2b50ff5
"""

from alembic import op

revision = "4c1f0b7a92de"
down_revision = "9de7f2b50ff5"
branch_labels = None
depends_on = None

_BEFORE = "'MENTIONED', 'AUTHOR', 'REVIEWER', 'COMMENTED', 'WATCHING'"
_AFTER = "'MENTIONED', 'AUTHOR', 'REVIEW_REQUESTED', 'DECIDED', 'REVIEWER', 'COMMENTED', 'WATCHING'"


def upgrade() -> None:
    # Rather fail, and be run again, than queue every reader behind a lock that waits.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("notification", "watch"):
        _replace_check(table, _AFTER)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # The version before knows of no such reason: whoever was asked or has decided has looked at the proposal.
    for table in ("notification", "watch"):
        op.execute(f"UPDATE {table} SET reason = 'REVIEWER' WHERE reason IN ('REVIEW_REQUESTED', 'DECIDED')")  # noqa: S608
        _replace_check(table, _BEFORE)


def _replace_check(table: str, values: str) -> None:
    name = op.f(f"ck_{table}__reason")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{table}.reason IN ({values})")
