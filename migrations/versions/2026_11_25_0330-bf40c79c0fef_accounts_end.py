"""accounts end

Revision ID: bf40c79c0fef
Revises: 738ede7c6dc6
"""

import sqlalchemy as sa
from alembic import op

revision = "bf40c79c0fef"
down_revision = "738ede7c6dc6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rather fail, and be run again, than queue every reader behind a lock that waits.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_event__kind"), "event", type_="check")
    op.add_column("person", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_event__kind"),
        "event",
        "event.kind IN ('CATALOGUE_IMPORTED', 'COMMENT_DELETED', 'COMMENT_EDITED', 'COMMENT_WRITTEN', 'PERSON_JOINED', 'PERSON_REMOVED', 'PROPOSAL_CREATED', 'PROPOSAL_ACCEPTED', 'PROPOSAL_DECLINED', 'PROPOSAL_WITHDRAWN', 'REVISION_REVERTED', 'THREAD_REOPENED', 'THREAD_RESOLVED', 'WATCH_STARTED', 'WATCH_CHANGED', 'WATCH_ENDED')",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_event__kind"), "event", type_="check")
    op.drop_column("person", "removed_at")
    op.create_check_constraint(
        op.f("ck_event__kind"),
        "event",
        "kind::text = ANY (ARRAY['CATALOGUE_IMPORTED'::character varying, 'COMMENT_DELETED'::character varying, 'COMMENT_EDITED'::character varying, 'COMMENT_WRITTEN'::character varying, 'PERSON_JOINED'::character varying, 'PROPOSAL_CREATED'::character varying, 'PROPOSAL_ACCEPTED'::character varying, 'PROPOSAL_DECLINED'::character varying, 'PROPOSAL_WITHDRAWN'::character varying, 'REVISION_REVERTED'::character varying, 'THREAD_REOPENED'::character varying, 'THREAD_RESOLVED'::character varying, 'WATCH_STARTED'::character varying, 'WATCH_CHANGED'::character varying, 'WATCH_ENDED'::character varying]::text[])",
    )
