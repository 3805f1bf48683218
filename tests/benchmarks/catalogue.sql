-- A catalogue for measuring: one framework with 5 levels, 40 roles, 10 domains and 100 groups; `bench.skills` skills
-- with 2 to 6 roles each, every role at all 5 levels, so 20 requirements a skill on average.
--
-- The same size gives the same rows, ids included, but for when somebody last went on with a proposal. What a page
-- shows does not grow with the catalogue: roles 1 to 8 ask for exactly 60 skills, and each topic (the first word of a
-- name, the text to search for) is that of about 40.

CREATE FUNCTION pg_temp.skills() RETURNS int LANGUAGE sql AS
$$ SELECT current_setting('bench.skills')::int $$;

-- A number from 0 to `among` - 1 that looks random and is always the same.
CREATE FUNCTION pg_temp.pick(number bigint, salt bigint, among int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT abs(hashint8extended(number, salt) % among)::int $$;

CREATE FUNCTION pg_temp.word(words text[], number bigint, salt bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT words[1 + pg_temp.pick(number, salt, cardinality(words))] $$;

-- 1,728 made-up words of three syllables; none is part of another.
CREATE FUNCTION pg_temp.topic(number int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$
  SELECT string_agg(syllables[1 + number * 577 % 1728 / power % 12], '' ORDER BY power)
  FROM (SELECT string_to_array('zor,vek,qui,lam,nix,tob,rel,dax,mur,pho,gly,wen', ',') AS syllables) AS known,
    unnest(ARRAY[1, 12, 144]) AS power
$$;

INSERT INTO framework (id, slug, name, version, licence, is_default)
VALUES (1, 'bench', 'A generated framework', '1', 'CC0-1.0', true);

INSERT INTO level (id, framework_id, slug, name, rank)
SELECT rank, 1, slug, name, rank
FROM unnest(
  ARRAY['junior', 'middle', 'senior', 'lead-staff', 'principal'],
  ARRAY['Junior', 'Middle', 'Senior', 'Lead / Staff', 'Principal']
) WITH ORDINALITY AS step (slug, name, rank);

INSERT INTO role (id, framework_id, slug, name, family, position)
SELECT n, 1, 'role-' || n, 'Ingénieur·e “' || initcap(pg_temp.topic(1000 + n)) || '”', 'Family ' || n % 8, n
FROM generate_series(1, 40) AS n;

INSERT INTO domain (id, framework_id, slug, name, position)
SELECT n, 1, 'domain-' || n, 'Domain ' || n || ' – operación', n FROM generate_series(1, 10) AS n;

INSERT INTO skill_group (id, framework_id, domain_id, slug, name, position)
SELECT n, 1, 1 + n % 10, 'group-' || n, 'Group ' || n || ' & "others"', n FROM generate_series(1, 100) AS n;

INSERT INTO person (id, email, name, role, created_at)
SELECT n, 'person-' || n || '@bench.test', 'Zoë O''Person ' || n, 'CONTRIBUTOR', '2025-01-01T00:00:00Z'
FROM generate_series(1, 200) AS n;

-- Every 50th skill is a draft, every 40th is replaced by the one before it.
INSERT INTO skill (
  id, framework_id, group_id, slug, name, summary, keywords, status, replaced_by_id, revision, last_updated_at,
  last_updated_by_id
)
SELECT
  n, 1, 1 + pg_temp.pick(n, 1, 100), topic || '-' || n, initcap(topic) || ' ' || noun,
  format(
    'How a team runs %s in production: %s and %s, and the “%s” that nobody else wants to own; says "%s" with reasons.',
    topic,
    pg_temp.word('{capacity,latency,backups,naming,access,migration}', n, 2),
    pg_temp.word('{"cost in €","on-call duty",façades,résumés,"what is left (≈ 5 %)"}', n, 3),
    pg_temp.word('{Überwachung,runbook,"naïve cache","C:\\temp folder",señal}', n, 4),
    pg_temp.word('{no,"not yet",perhaps,"show me"}', n, 5)
  ),
  ARRAY[topic, lower(noun), 'keyword ' || n % 500], status,
  CASE WHEN status = 'DEPRECATED' THEN n - 1 END, 1,
  timestamptz '2024-01-01T00:00:00Z' + make_interval(secs => pg_temp.pick(n, 6, 60000000)),
  CASE WHEN n % 3 > 0 THEN 1 + pg_temp.pick(n, 7, 200) END
FROM generate_series(1, pg_temp.skills()) AS n
CROSS JOIN LATERAL (
  SELECT
    pg_temp.topic(pg_temp.pick(n, 8, pg_temp.skills() / 40)),
    pg_temp.word('{Operations,Überwachung,"“Blameless” Reviews",Señales,Planning,Contracts,"Naïve Baselines"}', n, 9),
    CASE WHEN n % 50 = 0 THEN 'DRAFT' WHEN n % 40 = 0 THEN 'DEPRECATED' ELSE 'PUBLISHED' END
) AS chosen (topic, noun, status);

INSERT INTO former_slug (slug, skill_id) SELECT 'former-' || id, id FROM skill WHERE id % 20 = 0;

-- The first role of 8 x 60 skills is one of the roles 1 to 8; the roles 9 to 40 share the other places.
INSERT INTO requirement (id, framework_id, skill_id, role_id, level_id, necessity, proficiency, description, revision)
SELECT
  row_number() OVER (ORDER BY place.skill_id, place.slot, level.rank), 1, place.skill_id, place.role_id, level.id,
  CASE WHEN (level.rank + place.slot) % 3 > 0 THEN 'MANDATORY' ELSE 'OPTIONAL' END,
  CASE WHEN place.skill_id % 4 > 0 THEN ('{AWARENESS,WORKING,WORKING,ADVANCED,EXPERT}'::text[])[level.rank] END,
  format(
    '%s the "%s" %s for %s, %s, and %s – as agreed.',
    pg_temp.word('{Explains,"Sets up",Operates,Reviews,Designs,Teaches,Questions,Documents}', key, 10), place.topic,
    pg_temp.word('{"rollout plan",façade,dashboards,"naming scheme","on-call rota","access rules"}', key, 11),
    pg_temp.word('{"one service of many","several teams at once","the whole company","partners abroad (Köln, São Paulo)"}', key, 12),
    pg_temp.word(
      '{"with a colleague at hand","even where what is wanted is still vague","the ways in which it may fail included"}', key, 13
    ),
    pg_temp.word(
      '{"can say to anybody why it is so","writes down what was decided and why","shows the numbers afterwards (≥ 95 %)"}', key, 14
    )
  ), 1
FROM (
  SELECT
    skill.id AS skill_id, skill.keywords[1] AS topic, slot,
    CASE
      WHEN slot = 0 AND drawn.number <= 480 THEN 1 + (drawn.number - 1) / 60
      ELSE 9 + (pg_temp.pick(skill.id, 15, 32) + slot * 5) % 32
    END AS role_id
  FROM skill
  LEFT JOIN (
    SELECT id, row_number() OVER (ORDER BY pg_temp.pick(id, 16, 1000000), id) AS number
    FROM skill WHERE status <> 'DRAFT'
  ) AS drawn ON drawn.id = skill.id
  CROSS JOIN LATERAL generate_series(0, 1 + (skill.id % 5)::int) AS slot
) AS place
CROSS JOIN level
CROSS JOIN LATERAL (SELECT place.skill_id * 30 + place.slot * 5 + level.rank) AS text_key (key);

INSERT INTO skill_text (skill_id, document)
SELECT
  id, setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', array_to_string(keywords, E'\n')), 'B')
  || setweight(to_tsvector('simple', summary), 'C') || setweight(to_tsvector('simple', coalesce(said.texts, '')), 'D')
FROM skill LEFT JOIN (
  SELECT skill_id, string_agg(description, E'\n') AS texts FROM requirement GROUP BY skill_id
) AS said ON said.skill_id = skill.id;

INSERT INTO skill_counters (
  skill_id, revision, role_count, level_count, mandatory_requirement_count, optional_requirement_count
)
SELECT
  skill_id, 1, count(DISTINCT role_id), count(DISTINCT level_id),
  count(*) FILTER (WHERE necessity = 'MANDATORY'), count(*) FILTER (WHERE necessity = 'OPTIONAL')
FROM requirement GROUP BY skill_id;

INSERT INTO watch (person_id, skill_id, reason, events, frequency, is_muted, only_own_levels, created_at)
SELECT 1 + (skill.id * 11 + n) % 200, skill.id, 'WATCHING', '{APPLIED}', 'IMMEDIATELY', false, false,
    '2026-01-01T00:00:00Z'
FROM skill CROSS JOIN LATERAL generate_series(1, skill.id % 7) AS n;

-- Somebody has just gone on with each, or the worker would close them while it is measured.
INSERT INTO proposal (
  skill_id, version, title, reason, state, author_id, created_at, active_at, decided_at, decided_by_id, decline_reason,
  decision_reason
)
SELECT
  skill.id, 1, 'Say it better, part ' || n, 'Because “so” is vague.', CASE WHEN n = 1 THEN 'OPEN' ELSE 'DECLINED' END,
  1 + skill.id % 100, '2026-02-01T00:00:00Z', now(),
  CASE WHEN n > 1 THEN timestamptz '2026-02-02T00:00:00Z' END, CASE WHEN n > 1 THEN 101 + skill.id % 100 END,
  CASE WHEN n > 1 THEN 'OTHER' END, CASE WHEN n > 1 THEN 'Not so.' END
FROM skill CROSS JOIN LATERAL generate_series(1, skill.id % 4) AS n;

INSERT INTO proposal_version (proposal_id, number, title, reason, written_by_id, written_at)
SELECT id, version, title, reason, author_id, created_at FROM proposal;

INSERT INTO proposal_skill (proposal_id, version, skill_id, position, base_revision)
SELECT id, version, skill_id, 0, 1 FROM proposal;

-- The ids above were given, not drawn: whatever is added later comes after them.
SELECT setval(pg_get_serial_sequence('person', 'id'), max(id)) FROM person;
SELECT setval(pg_get_serial_sequence('requirement', 'id'), max(id)) FROM requirement;
