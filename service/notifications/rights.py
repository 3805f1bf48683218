"""What whoever would hear may see and review, in the SQL of `telling.py`.

A person is looked up by a subquery for one value: of EXISTS, PostgreSQL might read all people first.
"""

from service.people.models import PersonRole
from service.people.rules import MODERATORS

_MODERATORS = ", ".join(f"'{role.value}'" for role in MODERATORS)

# The author of the event's proposal, where not everybody may see it.
HELD = "SELECT author_id FROM proposal WHERE id = CAST(:thread_proposal_id AS bigint) AND gate <> 'OPEN'"
# Whether the person of a row of `watches` sees it all the same.
SEES_WHAT_IS_HELD = f"""(watches.person_id = (SELECT author_id FROM held)
      OR (SELECT role IN ({_MODERATORS}) FROM person WHERE person.id = watches.person_id))"""  # noqa: S608  constants
# The domains of all that the event's proposal touches as it stands.
TOUCHED = """SELECT DISTINCT domain_id FROM proposal
  JOIN proposal_skill AS part ON part.proposal_id = proposal.id AND part.version = proposal.version
  JOIN skill ON skill.id = part.skill_id JOIN skill_group ON skill_group.id = skill.group_id
  WHERE proposal.id = CAST(:thread_proposal_id AS bigint)"""
# Whether the person of a row of `lasting` may review that: `service.proposals.reviewing` in SQL.
MAY_REVIEW = f"""coalesce((
    SELECT suspended_at IS NULL AND removed_at IS NULL
      AND (role IN ({_MODERATORS}) OR role = '{PersonRole.REVIEWER.value}' AND (
      NOT EXISTS (SELECT FROM reviewer_domain AS own WHERE own.person_id = person.id)
      OR NOT EXISTS (SELECT FROM touched WHERE NOT EXISTS (
        SELECT FROM reviewer_domain AS own WHERE own.person_id = person.id AND own.domain_id = touched.domain_id))))
    FROM person WHERE person.id = lasting.person_id), FALSE)"""  # noqa: S608  constants
