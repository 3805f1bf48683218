"""add sessions and scopes

Revision ID: 65ef85689ba3
Revises: fecd96f53fec
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "65ef85689ba3"
down_revision = "fecd96f53fec"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rather fail, and be run again, than queue every reader behind a lock that waits.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "browser_session",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(browser) <= 200", name=op.f("ck_browser_session__browser_length")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_browser_session__person_id__person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("hash", name=op.f("uq_browser_session__hash")),
    )
    op.create_index(op.f("ix_browser_session__expires_at"), "browser_session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_browser_session__person_id"), "browser_session", ["person_id"], unique=False)
    # The tokens that are there were made by command, and may do all that their person may.
    op.add_column(
        "token",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="command line"),
    )
    op.add_column(
        "token",
        sa.Column(
            "scopes", sa.ARRAY(sa.Text()), nullable=False, server_default="{READ,PROPOSE,REVIEW,ADMIN}"
        ),
    )
    op.add_column("token", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE token SET signed_in_at = created_at")
    for column in ("name", "scopes"):
        op.alter_column("token", column, server_default=None)
    op.alter_column("token", "signed_in_at", nullable=False)
    op.add_column("token", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_token__name_length"), "token", "char_length(name) BETWEEN 1 AND 100")
    op.create_check_constraint(
        op.f("ck_token__scopes"),
        "token",
        "scopes <@ ARRAY['READ', 'PROPOSE', 'REVIEW', 'ADMIN'] AND 'READ' = ANY (scopes)",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_token__name_length"), "token", type_="check")
    op.drop_constraint(op.f("ck_token__scopes"), "token", type_="check")
    op.drop_column("token", "last_used_at")
    op.drop_column("token", "signed_in_at")
    op.drop_column("token", "scopes")
    op.drop_column("token", "name")
    op.drop_index(op.f("ix_browser_session__person_id"), table_name="browser_session")
    op.drop_index(op.f("ix_browser_session__expires_at"), table_name="browser_session")
    op.drop_table("browser_session")
