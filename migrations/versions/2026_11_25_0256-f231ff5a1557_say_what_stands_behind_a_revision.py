"""say what stands behind a revision

Revision ID: f231ff5a1557
Revises: 71e5bb9cc199
"""

import sqlalchemy as sa
from alembic import op

revision = "f231ff5a1557"
down_revision = "71e5bb9cc199"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rather fail, and be run again, than queue every reader behind a lock that waits.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_event__kind"), "event", type_="check")
    op.add_column("revision", sa.Column("proposal_id", sa.BigInteger(), nullable=True))
    op.add_column("revision", sa.Column("reverts_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_revision__proposal_id"), "revision", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_revision__reverts_id"), "revision", ["reverts_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_revision__proposal_id__proposal"),
        "revision",
        "proposal",
        ["proposal_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_foreign_key(
        op.f("fk_revision__reverts_id__revision"),
        "revision",
        "revision",
        ["reverts_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.execute(
        "UPDATE revision SET proposal_id = proposal.id FROM proposal"
        " WHERE proposal.skill_id = revision.skill_id AND proposal.applied_revision = revision.number"
    )
    op.create_check_constraint(
        op.f("ck_event__kind"),
        "event",
        "event.kind IN ('CATALOGUE_IMPORTED', 'PERSON_JOINED', 'PROPOSAL_CREATED', 'PROPOSAL_ACCEPTED', 'PROPOSAL_DECLINED', 'PROPOSAL_WITHDRAWN', 'REVISION_REVERTED', 'WATCH_STARTED', 'WATCH_ENDED')",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_event__kind"), "event", type_="check")
    op.drop_constraint(op.f("fk_revision__reverts_id__revision"), "revision", type_="foreignkey")
    op.drop_constraint(op.f("fk_revision__proposal_id__proposal"), "revision", type_="foreignkey")
    op.drop_index(op.f("ix_revision__reverts_id"), table_name="revision")
    op.drop_index(op.f("ix_revision__proposal_id"), table_name="revision")
    op.drop_column("revision", "reverts_id")
    op.drop_column("revision", "proposal_id")
    op.execute("DELETE FROM event WHERE kind = 'REVISION_REVERTED'")
    op.create_check_constraint(
        op.f("ck_event__kind"),
        "event",
        "kind::text = ANY (ARRAY['CATALOGUE_IMPORTED'::character varying, 'PERSON_JOINED'::character varying, 'PROPOSAL_CREATED'::character varying, 'PROPOSAL_ACCEPTED'::character varying, 'PROPOSAL_DECLINED'::character varying, 'PROPOSAL_WITHDRAWN'::character varying, 'WATCH_STARTED'::character varying, 'WATCH_ENDED'::character varying]::text[])",
    )
