"""A month on a published framework: nothing accepted is lost, and nothing is overwritten in silence."""

from dataclasses import asdict

from service import counters
from service.catalogue.content import numbers
from tests.factories import Product, documents
from tests.factories.catalogue_files import import_document
from tests.factories.community import page_numbers
from tests.factories.histories import ensure_sound
from tests.real_data.month import A_DAY, DAYS, make_month
from tests.real_data.uk_gdad import mapped, uk_gdad_rows


async def test_a_month_of_proposals(product: Product) -> None:
    document = mapped(uk_gdad_rows()).document
    await import_document(product.database, document)
    month = await make_month(product, document)
    await month.live()

    async with product.database.transaction() as session:
        behind = await counters.skills_behind(session, limit=1_000)
        await counters.recount(session, behind)
    histories = await ensure_sound(product.database)
    done = month.done
    assert done["proposed"] == DAYS * A_DAY == 300
    assert done["accepted"] + done["declined"] + done["withdrawn"] == 300
    assert sum(len(history.revisions) for history in histories.values()) >= 188 + done["accepted"]
    # The month is worth its name: there were overlaps, change sets, reverts, and two reviewers at one proposal.
    for what, least in (
        ("CONFLICT", 40),
        ("PROPOSAL_ALREADY_DECIDED", 20),
        ("change sets", 10),
        ("reverted", 3),
    ):
        assert done[what] >= least, done
    # What was refused was refused for something that had moved, and says so.
    for conflict in month.conflicts:
        assert conflict["current"] not in (conflict["base"], conflict["proposed"])
        assert conflict["place"]
        assert conflict["field"]
    for history in histories.values():
        if history.skill.slug in month.slugs:
            page = (await product.run(documents.SKILL, {"slug": history.skill.slug}))["skill"]
            assert page_numbers(page) == list(asdict(numbers(history.standing)).values())
