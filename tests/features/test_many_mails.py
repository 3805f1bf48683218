"""One change told to many people."""

import sqlalchemy as sa

from tests.factories import Product
from tests.factories.community import edit, make_community, row_of
from tests.factories.statements import recorded_statements
from worker.tasks.deliver import deliver

PEOPLE = 120
_WATCHERS = """
WITH made AS (
  INSERT INTO person (email, name, role, created_at)
  SELECT 'reader-' || n || '@skills.test', 'Reader ' || n, 'READER', :at FROM generate_series(1, :people) AS n
  RETURNING id
)
INSERT INTO watch (person_id, skill_id, reason, events, frequency, is_muted, only_own_levels, created_at)
SELECT made.id, skill.id, 'WATCHING', '{APPLIED}', 'IMMEDIATELY', false, false, :at
FROM made CROSS JOIN (SELECT id FROM skill WHERE slug = :slug) AS skill
"""


async def test_each_gets_a_mail_of_their_own_and_none_a_statement(product: Product) -> None:
    community = await make_community(product)
    given = {"people": PEOPLE, "at": product.clock(), "slug": community.slug}
    async with product.database.transaction() as session:
        await session.execute(sa.text(_WATCHERS), given)
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description="A new text."))
    transport = product.mail
    product.around.round.is_last = True
    await product.work()
    assert transport.to("reader-1@skills.test") == []
    product.around.round.is_last = False
    with recorded_statements() as statements:
        sent = await deliver(product.around)
    assert sent > PEOPLE
    assert len(statements) < PEOPLE / 4
    mails = [transport.to(f"reader-{number}@skills.test") for number in range(1, PEOPLE + 1)]
    assert {len(each) for each in mails} == {1}
    for header in ("Message-ID", "List-Unsubscribe", "To"):
        assert len({each[0][header] for each in mails}) == PEOPLE
    assert len({each[0]["Subject"] for each in mails}) == 1
