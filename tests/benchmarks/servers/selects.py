"""The flat selects of the server `flat`."""

from tests.benchmarks.servers.routes import Variables

ORDERS = {
    ("NAME", "ASC"): "s.name, s.id",
    ("NAME", "DESC"): "s.name DESC, s.id DESC",
    ("LAST_UPDATED", "ASC"): "s.last_updated_at, s.id",
    ("LAST_UPDATED", "DESC"): "s.last_updated_at DESC, s.id DESC",
}
LISTED_ONLY = "s.status IN ('PUBLISHED', 'DEPRECATED')"
_COUNTS = "c.role_count, c.level_count, c.mandatory_requirement_count, c.optional_requirement_count"

LEVELS = "SELECT id, slug, name, rank FROM level"
ROLES = "SELECT id, slug, name FROM role"
DOMAINS = """SELECT d.id, d.slug, d.name FROM domain d JOIN framework f ON f.id = d.framework_id
ORDER BY f.is_default DESC, f.id, d.position, d.name"""
GROUPS = "SELECT id, domain_id, slug, name FROM skill_group ORDER BY position, name"

PROFILE = f"""
SELECT s.id, s.slug, s.name, s.summary, s.keywords, s.status, s.revision, s.last_updated_at, {_COUNTS},
  (SELECT count(*) FROM watch w WHERE w.skill_id = s.id AND w.ended_at IS NULL) AS watchers,
  (SELECT count(*) FROM proposal_skill t JOIN proposal o ON o.id = t.proposal_id AND o.version = t.version
    WHERE t.skill_id = s.id) AS proposals,
  p.name AS editor, n.slug AS successor, n.name AS successor_name,
  g.slug AS group_slug, g.name AS group_name, d.slug AS domain_slug, d.name AS domain_name
FROM skill s
JOIN skill_counters c ON c.skill_id = s.id
JOIN skill_group g ON g.id = s.group_id
JOIN domain d ON d.id = g.domain_id
LEFT JOIN person p ON p.id = s.last_updated_by_id
LEFT JOIN skill n ON n.id = s.replaced_by_id
WHERE s.slug = $1"""

REQUIREMENTS = """
SELECT r.id, r.skill_id, r.level_id, r.role_id, r.necessity, r.proficiency, r.description, r.revision
FROM requirement r JOIN level l ON l.id = r.level_id JOIN role o ON o.id = r.role_id
WHERE r.skill_id = ANY($1::bigint[]) ORDER BY l.rank, o.position, o.name, o.id"""

LIST = {
    key: f"""
SELECT s.id, s.slug, s.name, s.summary
FROM skill s JOIN skill_group g ON g.id = s.group_id JOIN domain d ON d.id = g.domain_id
WHERE d.slug = $1 AND {LISTED_ONLY} ORDER BY {order} LIMIT 50"""
    for key, order in ORDERS.items()
}

LISTED = f"""
SELECT s.group_id, s.slug, s.name, {_COUNTS}
FROM (
  SELECT s.*, row_number() OVER (PARTITION BY s.group_id ORDER BY s.name, s.id) AS place
  FROM skill s WHERE {LISTED_ONLY}
) AS s
JOIN skill_counters c ON c.skill_id = s.id WHERE s.place <= 100 ORDER BY s.group_id, s.place"""

ROLE = "SELECT id, slug, name, family FROM role WHERE slug = $1"
# A line for each level, then one for all of them.
ROLE_TOTALS = f"""
SELECT r.level_id, count(DISTINCT r.skill_id) AS skills,
  count(*) FILTER (WHERE r.necessity = 'MANDATORY') AS mandatory,
  count(*) FILTER (WHERE r.necessity = 'OPTIONAL') AS optional
FROM requirement r JOIN skill s ON s.id = r.skill_id JOIN level l ON l.id = r.level_id
WHERE r.role_id = $1 AND {LISTED_ONLY}
GROUP BY ROLLUP ((r.level_id, l.rank)) ORDER BY l.rank NULLS LAST"""
ROLE_SKILLS = f"""
SELECT s.id, s.slug, s.name FROM skill s
WHERE s.id IN (SELECT skill_id FROM requirement WHERE role_id = $1) AND {LISTED_ONLY} ORDER BY s.name, s.id LIMIT 60"""
ROLE_REQUIREMENTS = """
SELECT r.id, r.skill_id, r.level_id, r.necessity, r.proficiency, r.description
FROM requirement r JOIN level l ON l.id = r.level_id
WHERE r.role_id = $1 AND r.skill_id = ANY($2::bigint[]) ORDER BY l.rank"""

FOUND = f"""{LISTED_ONLY} AND s.id IN (
  SELECT t.skill_id FROM skill_text t WHERE t.document @@ to_tsquery('simple', $1)
)"""
SEARCH = {
    key: f"""
SELECT s.id, s.slug, s.name, s.summary, s.keywords, s.status, s.last_updated_at, {_COUNTS},
  {order.split(",")[0].removesuffix(" DESC")} AS key, g.slug AS group_slug, g.name AS group_name
FROM skill s JOIN skill_counters c ON c.skill_id = s.id JOIN skill_group g ON g.id = s.group_id
WHERE {FOUND} ORDER BY {order} LIMIT 21"""
    for key, order in ORDERS.items()
}
SEARCH_TOTAL = f"SELECT count(*) FROM skill s WHERE {FOUND}"


def order(variables: Variables) -> tuple[str, str]:
    """The key of ORDERS that a request asks for."""
    return variables["orderBy"]["field"], variables["orderBy"]["direction"]


def beginning(word: str) -> str:
    """What `to_tsquery` finds words by that begin with the word."""
    return f"'{word}':*"
