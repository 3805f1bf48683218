"""Each query as one hand-written statement that returns the whole response as JSON text.

`profile(variables)` and the like give the statement with its arguments. Order and limits stand in the text, values do
not. A slug that a skill bore before would be looked up where the first statement finds nothing; here nobody asks for
one.
"""

from collections.abc import Callable
from typing import TypeAlias

from tests.benchmarks.servers.routes import Variables
from tests.benchmarks.servers.selects import FOUND, LISTED_ONLY, ORDERS, beginning, order

Statement: TypeAlias = tuple[str, tuple[str, ...]]
StatementOf: TypeAlias = Callable[[Variables], Statement]

_LAST_UPDATED = """to_char(s.last_updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
_COUNTS = """
  'roleCount', c.role_count, 'levelCount', c.level_count,
  'mandatoryRequirementCount', c.mandatory_requirement_count,
  'optionalRequirementCount', c.optional_requirement_count"""


def _base64(text: str) -> str:
    return f"translate(encode(convert_to({text}, 'UTF8'), 'base64'), E'+/=\\n', '-_')"


def _id(type_name: str, key: str) -> str:
    return _base64(f"'1:{type_name}:' || {key}")


def _levels(requirement: str) -> str:
    """The levels of the skill `s` with its requirements, each of the given fields."""
    return f"""
      SELECT coalesce(json_agg(json_build_object(
        'level', json_build_object('slug', l.slug, 'name', l.name, 'rank', l.rank), 'requirements', rows
      ) ORDER BY l.rank), '[]')
      FROM (
        SELECT r.level_id, json_agg(json_build_object(
          'id', {_id("Requirement", "r.id")}, 'necessity', r.necessity, 'proficiency', r.proficiency,
          'description', r.description, {requirement} 'role', json_build_object('slug', o.slug, 'name', o.name)
        ) ORDER BY o.position, o.name, o.id) AS rows
        FROM requirement r JOIN role o ON o.id = r.role_id WHERE r.skill_id = s.id GROUP BY r.level_id
      ) AS asked
      JOIN level l ON l.id = asked.level_id"""


_PROFILE = f"""
SELECT json_build_object('data', json_build_object('skill', (
  SELECT json_build_object(
    'id', {_id("Skill", "s.id")}, 'slug', s.slug, 'name', s.name, 'summary', s.summary, 'keywords', s.keywords,
    'status', s.status, 'revision', s.revision, 'lastUpdatedAt', {_LAST_UPDATED}, {_COUNTS},
    'watcherCount', (SELECT count(*) FROM watch w WHERE w.skill_id = s.id AND w.ended_at IS NULL),
    'lastUpdatedBy', (SELECT json_build_object('name', p.name) FROM person p WHERE p.id = s.last_updated_by_id),
    'replacedBy', (SELECT json_build_object('slug', n.slug, 'name', n.name) FROM skill n WHERE n.id = s.replaced_by_id),
    'group', json_build_object(
      'slug', g.slug, 'name', g.name, 'domain', json_build_object('slug', d.slug, 'name', d.name)
    ),
    'proposals', json_build_object('totalCount', (
      SELECT count(*) FROM proposal_skill t JOIN proposal p ON p.id = t.proposal_id AND p.version = t.version
      WHERE t.skill_id = s.id
    )),
    'levels', ({_levels("'revision', r.revision,")})
  )
  FROM skill s
  JOIN skill_counters c ON c.skill_id = s.id
  JOIN skill_group g ON g.id = s.group_id
  JOIN domain d ON d.id = g.domain_id
  WHERE s.slug = $1
)))"""

_LIST = {
    key: f"""
WITH s AS MATERIALIZED (
  SELECT s.id, s.slug, s.name, s.summary, s.last_updated_at
  FROM skill s JOIN skill_group g ON g.id = s.group_id JOIN domain d ON d.id = g.domain_id
  WHERE d.slug = $1 AND {LISTED_ONLY} ORDER BY {keys} LIMIT 50
)
SELECT json_build_object('data', json_build_object('skills', json_build_object('nodes', (
  SELECT coalesce(json_agg(json_build_object(
    'id', {_id("Skill", "s.id")}, 'slug', s.slug, 'name', s.name, 'summary', s.summary, 'levels', ({_levels("")})
  ) ORDER BY {keys}), '[]')
  FROM s
))))"""
    for key, keys in ORDERS.items()
}

# Aggregates per parent beat a lateral query per parent twofold here: the planner reads each table once.
_INDEX = f"""
WITH listed AS (
  SELECT s.id, s.group_id, s.slug, s.name, row_number() OVER (PARTITION BY s.group_id ORDER BY s.name, s.id) AS place
  FROM skill s WHERE {LISTED_ONLY}
),
in_group AS (
  SELECT s.group_id, json_agg(
    json_build_object('slug', s.slug, 'name', s.name, {_COUNTS}) ORDER BY s.name, s.id
  ) AS skills
  FROM listed s JOIN skill_counters c ON c.skill_id = s.id WHERE s.place <= 100 GROUP BY s.group_id
),
in_domain AS (
  SELECT g.domain_id, json_agg(json_build_object(
    'slug', g.slug, 'name', g.name, 'skills', json_build_object('nodes', coalesce(in_group.skills, '[]'))
  ) ORDER BY g.position, g.name) AS groups
  FROM skill_group g LEFT JOIN in_group ON in_group.group_id = g.id GROUP BY g.domain_id
)
SELECT json_build_object('data', json_build_object('domains', (
  SELECT coalesce(json_agg(json_build_object(
    'slug', d.slug, 'name', d.name, 'groups', coalesce(in_domain.groups, '[]')
  ) ORDER BY f.is_default DESC, f.id, d.position, d.name), '[]')
  FROM domain d JOIN framework f ON f.id = d.framework_id LEFT JOIN in_domain ON in_domain.domain_id = d.id
)))"""

_NUMBERS = """
  'skillCount', count(DISTINCT a.skill_id),
  'mandatoryRequirementCount', count(*) FILTER (WHERE a.necessity = 'MANDATORY'),
  'optionalRequirementCount', count(*) FILTER (WHERE a.necessity = 'OPTIONAL')"""

_ROLE = f"""
WITH o AS MATERIALIZED (SELECT id, slug, name, family FROM role WHERE slug = $1),
a AS MATERIALIZED (
  SELECT r.id, r.skill_id, r.necessity, r.proficiency, r.description, s.slug, s.name,
    l.slug AS level_slug, l.name AS level_name, l.rank
  FROM o JOIN requirement r ON r.role_id = o.id JOIN skill s ON s.id = r.skill_id JOIN level l ON l.id = r.level_id
  WHERE {LISTED_ONLY}
),
total AS (SELECT count(DISTINCT a.skill_id) AS skills, json_build_object({_NUMBERS}) AS numbers FROM a)
SELECT json_build_object('data', json_build_object('role', (
  SELECT json_build_object(
    'id', {_id("Role", "o.id")}, 'slug', o.slug, 'name', o.name, 'family', o.family,
    'skillCount', total.numbers -> 'skillCount',
    'mandatoryRequirementCount', total.numbers -> 'mandatoryRequirementCount',
    'optionalRequirementCount', total.numbers -> 'optionalRequirementCount',
    'levels', (
      SELECT coalesce(json_agg(numbers ORDER BY rank), '[]') FROM (
        SELECT a.rank, json_build_object(
          'level', json_build_object('slug', a.level_slug, 'name', a.level_name, 'rank', a.rank), {_NUMBERS}
        ) AS numbers
        FROM a GROUP BY a.level_slug, a.level_name, a.rank
      ) AS level
    ),
    'skills', json_build_object('totalCount', total.skills, 'nodes', (
      SELECT coalesce(json_agg(json_build_object(
        'skill', json_build_object('slug', line.slug, 'name', line.name), 'requirements', line.cells
      ) ORDER BY line.name, line.skill_id), '[]')
      FROM (
        SELECT a.skill_id, a.slug, a.name, json_agg(json_build_object(
          'id', {_id("Requirement", "a.id")}, 'necessity', a.necessity, 'proficiency', a.proficiency,
          'description', a.description,
          'level', json_build_object('slug', a.level_slug, 'name', a.level_name, 'rank', a.rank)
        ) ORDER BY a.rank) AS cells
        FROM a GROUP BY a.skill_id, a.slug, a.name ORDER BY a.name, a.skill_id LIMIT 60
      ) AS line
    ))
  )
  FROM o, total
)))"""

_SEARCH = {
    key: f"""
WITH found AS MATERIALIZED (
  SELECT s.* FROM skill s WHERE {FOUND}
),
page AS MATERIALIZED (
  SELECT s.*, {_base64(f"json_build_array({keys.replace(' DESC', '')})::text")} AS cursor,
    row_number() OVER (ORDER BY {keys}) AS place
  FROM found s ORDER BY {keys} LIMIT 20
),
total AS (SELECT count(*) AS rows FROM found)
SELECT json_build_object('data', json_build_object('skills', json_build_object(
  'totalCount', total.rows,
  'pageInfo', json_build_object(
    'hasNextPage', total.rows > 20, 'hasPreviousPage', false,
    'startCursor', (SELECT cursor FROM page WHERE place = 1),
    'endCursor', (SELECT cursor FROM page ORDER BY place DESC LIMIT 1)
  ),
  'nodes', (
    SELECT coalesce(json_agg(json_build_object(
      'slug', s.slug, 'name', s.name, 'summary', s.summary, 'keywords', s.keywords, 'status', s.status,
      'lastUpdatedAt', {_LAST_UPDATED}, {_COUNTS}, 'group', json_build_object('slug', g.slug, 'name', g.name)
    ) ORDER BY s.place), '[]')
    FROM page s JOIN skill_counters c ON c.skill_id = s.id JOIN skill_group g ON g.id = s.group_id
  )
)))
FROM total"""
    for key, keys in ORDERS.items()
}


def profile(variables: Variables) -> Statement:
    """One skill by its slug."""
    return _PROFILE, (variables["slug"],)


def skill_list(variables: Variables) -> Statement:
    """Fifty skills of a domain with their requirements."""
    return _LIST[order(variables)], (variables["domain"],)


def index(_: Variables) -> Statement:
    """Everything, without requirements."""
    return _INDEX, ()


def role(variables: Variables) -> Statement:
    """A role's matrix."""
    return _ROLE, (variables["slug"],)


def search(variables: Variables) -> Statement:
    """Twenty skills that hold a word."""
    return _SEARCH[order(variables)], (beginning(variables["filter"]["text"]),)


STATEMENTS: dict[str, StatementOf] = {
    "profile": profile,
    "list": skill_list,
    "index": index,
    "role": role,
    "search": search,
}
