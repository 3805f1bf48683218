"""A month on a published framework: nothing accepted is lost, and nothing is overwritten in silence."""

from tests.factories import Product
from tests.factories.catalogue_files import import_document
from tests.factories.histories import ensure_sound, value
from tests.real_data.month import A_DAY, DAYS, make_month
from tests.real_data.uk_gdad import mapped, uk_gdad_rows


async def test_a_month_of_proposals(product: Product) -> None:
    document = mapped(uk_gdad_rows()).document
    await import_document(product.database, document)
    month = await make_month(product, document)
    await month.live()
    await product.work()

    histories = await ensure_sound(product.database)
    done = month.done
    assert done["proposed"] == DAYS * A_DAY == 300
    assert done["accepted"] + done["declined"] + done["withdrawn"] == 300
    assert sum(len(history.revisions) for history in histories.values()) > 188 + done["accepted"]
    # The month is worth its name: there were overlaps, reverts, and two reviewers at one proposal.
    for what, least in (("CONFLICT", 40), ("PROPOSAL_ALREADY_DECIDED", 20), ("reverted", 3)):
        assert done[what] >= least, done
    told = {
        (history.skill.slug, value(content, None, "summary"))
        for history in histories.values()
        for content in history.contents
    }
    assert told
    for conflict in month.conflicts:
        assert conflict["current"] not in (conflict["base"], conflict["proposed"])
