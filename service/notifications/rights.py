"""What whoever would hear may see, in the SQL of `telling.py`.

A person is looked up by a subquery for one value: of EXISTS, PostgreSQL might read all people first.
"""

from service.people.rules import MODERATORS

_MODERATORS = ", ".join(f"'{role.value}'" for role in MODERATORS)

# The author of the event's proposal, where not everybody may see it.
HELD = "SELECT author_id FROM proposal WHERE id = CAST(:thread_proposal_id AS bigint) AND gate <> 'OPEN'"
# Whether the person of a row of `watches` sees it all the same.
SEES_WHAT_IS_HELD = f"""(watches.person_id = (SELECT author_id FROM held)
      OR (SELECT role IN ({_MODERATORS}) FROM person WHERE person.id = watches.person_id))"""  # noqa: S608  constants
