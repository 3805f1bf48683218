"""keep order

Revision ID: 8e49a173acb5
Revises: 90e4b33b612e
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8e49a173acb5"
down_revision = "90e4b33b612e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rather fail, and be run again, than queue every reader behind a lock that waits.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "CONTENT_APPROVED",
                "CONTENT_HIDDEN",
                "CONTENT_REJECTED",
                "CONTENT_SHOWN",
                "DISCUSSION_LOCKED",
                "DISCUSSION_UNLOCKED",
                "PERSON_RESUMED",
                "PERSON_SUSPENDED",
                "REPORT_DISMISSED",
                "ROLE_SET",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("skill_id", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("comment_id", sa.BigInteger(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "reviewer_domain",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("domain_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
            name=op.f("fk_reviewer_domain__domain_id__domain"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_reviewer_domain__person_id__person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "domain_id", name=op.f("pk_reviewer_domain")),
    )
    op.create_index(op.f("ix_reviewer_domain__domain_id"), "reviewer_domain", ["domain_id"], unique=False)
    op.create_table(
        "discussion_lock",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("skill_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("level_id", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["level_id"], ["level.id"], name=op.f("fk_discussion_lock__level_id__level"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_discussion_lock__proposal_id__proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_discussion_lock__role_id__role"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_discussion_lock__skill_id__skill"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_lock")),
        sa.UniqueConstraint(
            "skill_id",
            "role_id",
            "level_id",
            "proposal_id",
            name=op.f("uq_discussion_lock__skill_id_role_id_level_id_proposal_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("reporter_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "SPAM",
                "ABUSE",
                "OFF_TOPIC",
                "PRIVATE_DATA",
                "OTHER",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("char_length(note) <= 2000", name=op.f("ck_report__note_length")),
        sa.CheckConstraint("num_nonnulls(comment_id, proposal_id) = 1", name=op.f("ck_report__one_subject")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_report__comment_id__comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_report__proposal_id__proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["person.id"], name=op.f("fk_report__reporter_id__person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report__comment_id"), "report", ["comment_id"], unique=False)
    op.create_index(op.f("ix_report__proposal_id"), "report", ["proposal_id"], unique=False)
    op.create_index(
        "ix_report__reporter_id_created_at", "report", ["reporter_id", "created_at"], unique=False
    )
    op.create_index(
        "uq_report__open",
        "report",
        ["reporter_id", "comment_id", "proposal_id"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.add_column("person", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "proposal",
        # What is there is seen by all, and the version before this one makes more of it.
        sa.Column("gate", sa.String(length=40), server_default="OPEN", nullable=False),
    )
    op.add_column("proposal", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_proposal__author_id_created_at", "proposal", ["author_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_proposal__held", "proposal", ["id"], unique=False, postgresql_where=sa.text("gate = 'HELD'")
    )
    op.create_check_constraint(
        op.f("ck_proposal__gate"), "proposal", "proposal.gate IN ('OPEN', 'HELD', 'REJECTED')"
    )
    # The log is written and read, and nothing else, whoever asks.
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER audit_entry_stays ON audit_entry")
    op.execute("DROP FUNCTION refuse_change()")
    op.drop_constraint(op.f("ck_proposal__gate"), "proposal", type_="check")
    op.drop_index("ix_proposal__held", table_name="proposal", postgresql_where=sa.text("gate = 'HELD'"))
    op.drop_index("ix_proposal__author_id_created_at", table_name="proposal")
    op.drop_column("proposal", "hidden_at")
    op.drop_column("proposal", "gate")
    op.drop_column("person", "suspended_at")
    op.drop_index(
        "uq_report__open",
        table_name="report",
        postgresql_where=sa.text("settled_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index("ix_report__reporter_id_created_at", table_name="report")
    op.drop_index(op.f("ix_report__proposal_id"), table_name="report")
    op.drop_index(op.f("ix_report__comment_id"), table_name="report")
    op.drop_table("report")
    op.drop_table("discussion_lock")
    op.drop_index(op.f("ix_reviewer_domain__domain_id"), table_name="reviewer_domain")
    op.drop_table("reviewer_domain")
    op.drop_table("audit_entry")
