"""One statement that tells an event to a batch of people, and one that finds where the batch ends.

All stays in PostgreSQL, so that a hundred thousand watchers take no more memory than one. The statement joins the
event's watches with their people's own role and level, drops those who must not hear, keeps one watch for each person,
puts what is to be mailed into the mails that collect, and writes notifications and ledger. Whom the event calls by
name hears as one who is mentioned, by the watch on its own subject, whatever that watch is about. Whoever is asked for
a review hears while they may give one.
"""

from typing import Any

import sqlalchemy as sa

from service.notifications.rights import HELD, MAY_REVIEW, SEES_WHAT_IS_HELD, TOUCHED
from service.notifications.schedule import QUIET_UNTIL, digest_due
from service.prepared import Prepared
from service.watches.models import WatchEvent

# A person's watches that an event matches, by each subject; the second key of these indexes is the person.
_SUBJECTS = ("skill_id", "group_id", "domain_id", "role_id", "proposal_id")
_IN_BATCH = "person_id > :after AND person_id <= :until"
_WATCHES = " UNION ALL ".join(
    f"SELECT * FROM watch WHERE {subject} = ANY(CAST(:{subject}s AS bigint[])) AND {_IN_BATCH}"  # noqa: S608  constants
    for subject in _SUBJECTS
)
# Each subject by itself, so that its index gives the people in their order.
_NEXT_PEOPLE = " UNION ALL ".join(
    f"(SELECT next.person_id FROM unnest(CAST(:{subject}s AS bigint[])) AS subject (id) CROSS JOIN LATERAL"  # noqa: S608
    f" (SELECT person_id FROM watch WHERE {subject} = subject.id AND person_id > :after"
    f" ORDER BY person_id LIMIT :size) AS next)"
    for subject in _SUBJECTS
)

# How soon the person wants to hear of what both the event and the watch are about, as a place among the paces; null
# where the two have nothing in common.
_SOONEST = ", ".join(
    f"CASE WHEN '{event.value}' = ANY(CAST(:topics AS text[])) AND '{event.value}' = ANY(events)"
    f" THEN array_position(CAST(:paces AS text[]), CAST(settings.{event.value.lower()}_frequency AS text)) END"
    for event in WatchEvent
)

_TYPES: dict[str, Any] = {
    **dict.fromkeys(("after", "until", "size", "limit", "event_id", "person_id"), sa.BigInteger()),
    **dict.fromkeys(("at", "happened_at"), sa.DateTime(timezone=True)),
    **dict.fromkeys(("quiet", "longest"), sa.Interval()),
}


def _statement(sql: str) -> sa.TextClause:
    """The statement, with the kinds of its parameters where PostgreSQL cannot tell them from their places."""
    return sa.text(sql).bindparams(
        *(sa.bindparam(name, type_=kind) for name, kind in _TYPES.items() if f":{name}" in sql)
    )


# The last person of the next batch, and how many watches it has: fewer than `size` are the last.
END_OF_BATCH = Prepared(
    _statement(
        f"""
SELECT max(person_id) AS until, count(*) AS watches
FROM (SELECT person_id FROM ({_NEXT_PEOPLE}) AS people ORDER BY person_id LIMIT :size) AS batch
"""  # noqa: S608  constants
    )
)

TELL = Prepared(
    _statement(
        f"""
WITH held AS ({HELD}),
touched AS MATERIALIZED ({TOUCHED}),
lasting AS MATERIALIZED (
  SELECT watches.*, is_called, CASE WHEN is_called THEN 'MENTIONED'
    WHEN CAST(:asks_again AS boolean) AND reason = 'REVIEWER' THEN 'REVIEW_REQUESTED' ELSE reason END AS heard_as
  FROM ({_WATCHES}) AS watches
  CROSS JOIN LATERAL (SELECT person_id = ANY(CAST(:called AS bigint[])) AND coalesce(
    skill_id = CAST(:thread_skill_id AS bigint) OR proposal_id = CAST(:thread_proposal_id AS bigint), FALSE
  ) AS is_called) AS called
  WHERE created_at <= :happened_at AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > :happened_at)
    AND (NOT EXISTS (SELECT FROM held) OR {SEES_WHAT_IS_HELD})
),
silenced AS (SELECT DISTINCT person_id FROM lasting WHERE is_muted),
place AS (
  SELECT * FROM unnest(CAST(:own_role_ids AS bigint[]), CAST(:own_level_ids AS bigint[]), CAST(:impacts AS text[]))
    AS place (role_id, level_id, impact)
),
judged AS MATERIALIZED (
  SELECT lasting.*,
    CASE WHEN own_level_id IS NULL THEN CAST(:overall AS text)
      ELSE coalesce(place.impact, CAST(:elsewhere AS text)) END AS impact,
    CASE
      WHEN lasting.person_id = CAST(:actor_id AS bigint) THEN 'ACTOR'
      WHEN silenced.person_id IS NOT NULL THEN 'MUTED'
      WHEN only_own_levels AND place.impact IS NULL AND NOT is_called THEN 'OTHER_LEVEL'
    END AS silence
  FROM lasting
  LEFT JOIN silenced ON silenced.person_id = lasting.person_id
  LEFT JOIN place ON place.role_id = own_role_id AND place.level_id = own_level_id
  WHERE (CAST(:topics AS text[]) = '{{}}' OR events && CAST(:topics AS text[]) OR is_called)
    AND heard_as = ANY(CAST(:heard_by AS text[])) AND (is_called OR NOT CAST(:only_called AS boolean))
    AND (heard_as <> 'REVIEW_REQUESTED' OR {MAY_REVIEW})
),
chosen AS MATERIALIZED (
  SELECT DISTINCT ON (judged.person_id) judged.*, settings.suppressed_at IS NOT NULL AS is_suppressed,
    CAST(:thread_proposal_id AS bigint) IS NULL
      OR CAST(:thread_skill_id AS bigint) IS NOT NULL AND judged.proposal_id IS NULL AS by_skill,
    pace <> 'INBOX_ONLY' AND settings.suppressed_at IS NULL AS is_mailed,
    pace,
    CASE pace WHEN 'IMMEDIATELY' THEN :happened_at + :quiet ELSE {digest_due("pace")} END AS due_at
  FROM judged
  LEFT JOIN mail_settings AS settings ON settings.person_id = judged.person_id
  CROSS JOIN LATERAL (SELECT (CAST(:paces AS text[]))[greatest(
    array_position(CAST(:paces AS text[]), CAST(frequency AS text)),
    CASE WHEN NOT is_called THEN least({_SOONEST}) END
  )] AS pace) AS heard
  WHERE silence IS NULL
  ORDER BY judged.person_id, array_position(CAST(:heard_by AS text[]), heard_as),
    array_position(CAST(:weights AS text[]), impact), array_position(CAST(:paces AS text[]), pace), judged.id
),
mailed AS (
  INSERT INTO mail (person_id, frequency, skill_id, proposal_id, first_at, last_at, state, due_at, attempts)
  SELECT person_id, pace,
    CASE WHEN pace = 'IMMEDIATELY' AND by_skill THEN CAST(:thread_skill_id AS bigint) END,
    CASE WHEN pace = 'IMMEDIATELY' AND NOT by_skill THEN CAST(:thread_proposal_id AS bigint) END,
    :happened_at, :happened_at, 'COLLECTING', due_at, 0
  FROM chosen
  WHERE is_mailed
  ORDER BY person_id
  ON CONFLICT (person_id, frequency, skill_id, proposal_id) WHERE state = 'COLLECTING' DO UPDATE
  SET last_at = greatest(mail.last_at, excluded.last_at),
    due_at = CASE mail.frequency
      WHEN 'IMMEDIATELY' THEN least(
        greatest(mail.last_at, excluded.last_at) + :quiet, mail.first_at + :longest)
      ELSE mail.due_at END
  RETURNING id, person_id, frequency, due_at
),
told AS (
  INSERT INTO notification (event_id, person_id, watch_id, mail_id, reason, impact, created_at)
  SELECT coalesce(event.id, :event_id), chosen.person_id, chosen.id, mailed.id, chosen.heard_as, chosen.impact, :at
  FROM chosen
  LEFT JOIN mailed ON mailed.person_id = chosen.person_id
  LEFT JOIN unnest(CAST(:act_skill_ids AS bigint[]), CAST(:event_ids AS bigint[])) AS event (skill_id, id)
    ON event.skill_id = chosen.skill_id
  ORDER BY chosen.person_id
  ON CONFLICT (event_id, person_id) DO NOTHING
  RETURNING person_id
),
noted AS (
  INSERT INTO ledger_entry (event_id, watch_id, silence)
  SELECT :event_id, judged.id, coalesce(judged.silence, CASE WHEN judged.id = chosen.id THEN 'ADDRESS_SUPPRESSED'
    ELSE 'MERGED' END)
  FROM judged LEFT JOIN chosen ON chosen.person_id = judged.person_id
  WHERE judged.id IS DISTINCT FROM chosen.id OR chosen.is_suppressed
  ON CONFLICT (event_id, watch_id) DO NOTHING
)
SELECT ARRAY(SELECT person_id FROM told) AS people,
  ARRAY(SELECT DISTINCT due_at FROM mailed WHERE frequency = 'IMMEDIATELY') AS due
"""  # noqa: S608  constants
    )
)

# Mails that are due tell what they have; those that must wait go on collecting until then.
CLOSE = _statement(
    f"""
WITH due AS (
  SELECT id, person_id FROM mail
  WHERE state = 'COLLECTING' AND due_at <= :at
  ORDER BY due_at, id
  LIMIT :limit
  FOR UPDATE SKIP LOCKED
),
waiting AS (
  SELECT due.id, greatest({QUIET_UNTIL}, (
    SELECT max(watch.snoozed_until) FROM notification JOIN watch ON watch.id = notification.watch_id
    WHERE notification.mail_id = due.id AND watch.snoozed_until > :at
  )) AS until
  FROM due LEFT JOIN mail_settings AS settings ON settings.person_id = due.person_id
),
closed AS (
  UPDATE mail
  SET state = CASE WHEN until IS NULL THEN 'QUEUED' ELSE 'COLLECTING' END, due_at = coalesce(until, due_at)
  FROM waiting WHERE mail.id = waiting.id
  RETURNING 1
)
SELECT count(*) FROM closed
"""  # noqa: S608  constants
)

# The digests that a person's settings have moved.
RESCHEDULE = _statement(
    f"""
UPDATE mail SET due_at = {digest_due("mail.frequency")}
FROM mail_settings AS settings
WHERE settings.person_id = :person_id AND mail.person_id = settings.person_id
  AND mail.state = 'COLLECTING' AND mail.frequency <> 'IMMEDIATELY'
"""  # noqa: S608  constants
)

# Mails that the mail server has taken: the same text for any number of them, which is written very often.
MARK_SENT = _statement(
    """
UPDATE mail SET state = 'SENT', attempts = attempts + 1, sent_at = :at, last_error = NULL
WHERE id = ANY(CAST(:ids AS bigint[])) AND state IN ('QUEUED', 'DEFERRED')
"""
)
