"""add comments

Revision ID: 738ede7c6dc6
Revises: 2fdd523da53b
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "738ede7c6dc6"
down_revision = "2fdd523da53b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rather fail, and be run again, than queue every reader behind a lock that waits.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_event__kind"), "event", type_="check")
    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("skill_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("level_id", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("html", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("mentions", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column(
            "gate",
            sa.Enum(
                "OPEN", "HELD", "REJECTED", name="gate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("idempotency_key", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.CheckConstraint("cardinality(html) = cardinality(mentions) + 1", name=op.f("ck_comment__pieces")),
        sa.CheckConstraint("char_length(body) BETWEEN 1 AND 10000", name=op.f("ck_comment__body_length")),
        sa.CheckConstraint(
            "proposal_id IS NULL OR num_nonnulls(role_id, level_id) = 0", name=op.f("ck_comment__one_subject")
        ),
        sa.CheckConstraint(
            "thread_id IS NULL OR resolved_at IS NULL", name=op.f("ck_comment__thread_resolved")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_comment__author_id__person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["level_id"], ["level.id"], name=op.f("fk_comment__level_id__level"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_comment__proposal_id__proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"],
            ["person.id"],
            name=op.f("fk_comment__resolved_by_id__person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_comment__role_id__role"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_comment__skill_id__skill"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["comment.id"], name=op.f("fk_comment__thread_id__comment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint(
            "author_id", "idempotency_key", name=op.f("uq_comment__author_id_idempotency_key")
        ),
    )
    op.create_index("ix_comment__author_id_created_at", "comment", ["author_id", "created_at"], unique=False)
    op.create_index(
        "ix_comment__held", "comment", ["id"], unique=False, postgresql_where=sa.text("gate = 'HELD'")
    )
    op.create_index(
        "ix_comment__proposal_id_id",
        "comment",
        ["proposal_id", "id"],
        unique=False,
        postgresql_where=sa.text("proposal_id IS NOT NULL"),
    )
    op.create_index(
        "ix_comment__skill_id_id",
        "comment",
        ["skill_id", "id"],
        unique=False,
        postgresql_where=sa.text("proposal_id IS NULL"),
    )
    op.create_index(
        "ix_comment__thread_id_id",
        "comment",
        ["thread_id", "id"],
        unique=False,
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    )
    op.create_table(
        "comment_version",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_version__comment_id__comment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_version")),
        sa.UniqueConstraint("comment_id", "number", name=op.f("uq_comment_version__comment_id_number")),
    )
    op.create_table(
        "reaction",
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "AGREE",
                "DISAGREE",
                "THANKS",
                "CELEBRATE",
                "PUZZLED",
                "LOOKING",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_reaction__comment_id__comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reaction__person_id__person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "kind", "person_id", name=op.f("pk_reaction")),
    )
    op.create_index(op.f("ix_reaction__person_id"), "reaction", ["person_id"], unique=False)
    op.add_column("event", sa.Column("comment_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_event__comment_id__comment"), "event", "comment", ["comment_id"], ["id"], ondelete="SET NULL"
    )
    op.create_check_constraint(
        op.f("ck_event__kind"),
        "event",
        "event.kind IN ('CATALOGUE_IMPORTED', 'COMMENT_DELETED', 'COMMENT_EDITED', 'COMMENT_WRITTEN', 'PERSON_JOINED', 'PROPOSAL_CREATED', 'PROPOSAL_ACCEPTED', 'PROPOSAL_DECLINED', 'PROPOSAL_WITHDRAWN', 'REVISION_REVERTED', 'THREAD_REOPENED', 'THREAD_RESOLVED', 'WATCH_STARTED', 'WATCH_CHANGED', 'WATCH_ENDED')",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # The version before this one knows no such facts.
    op.execute("DELETE FROM event WHERE kind LIKE 'COMMENT%' OR kind LIKE 'THREAD%'")
    op.drop_constraint(op.f("ck_event__kind"), "event", type_="check")
    op.drop_constraint(op.f("fk_event__comment_id__comment"), "event", type_="foreignkey")
    op.drop_column("event", "comment_id")
    op.drop_index(op.f("ix_reaction__person_id"), table_name="reaction")
    op.drop_table("reaction")
    op.drop_table("comment_version")
    op.drop_index(
        "ix_comment__thread_id_id", table_name="comment", postgresql_where=sa.text("thread_id IS NOT NULL")
    )
    op.drop_index(
        "ix_comment__skill_id_id", table_name="comment", postgresql_where=sa.text("proposal_id IS NULL")
    )
    op.drop_index(
        "ix_comment__proposal_id_id",
        table_name="comment",
        postgresql_where=sa.text("proposal_id IS NOT NULL"),
    )
    op.drop_index("ix_comment__held", table_name="comment", postgresql_where=sa.text("gate = 'HELD'"))
    op.drop_index("ix_comment__author_id_created_at", table_name="comment")
    op.drop_table("comment")
    op.create_check_constraint(
        op.f("ck_event__kind"),
        "event",
        "kind::text = ANY (ARRAY['CATALOGUE_IMPORTED'::character varying, 'PERSON_JOINED'::character varying, 'PROPOSAL_CREATED'::character varying, 'PROPOSAL_ACCEPTED'::character varying, 'PROPOSAL_DECLINED'::character varying, 'PROPOSAL_WITHDRAWN'::character varying, 'REVISION_REVERTED'::character varying, 'WATCH_STARTED'::character varying, 'WATCH_CHANGED'::character varying, 'WATCH_ENDED'::character varying]::text[])",
    )
