"""Whoever reads a discussion page by page while others write meets every comment that was there, each once."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.comments import act, commented, discussion
from tests.factories.community import Community

# Between two pages somebody writes, answers, edits or deletes the nth comment.
STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "answer", "edit", "delete", "nothing"]), st.integers(0, 9)),
    min_size=1,
    max_size=6,
)


async def disturb(community: Community, step: str, chosen: str) -> None:
    match step:
        case "write":
            await commented(community, "Meanwhile.")
        case "answer":
            await commented(community, "Meanwhile.", inReplyTo=chosen)
        case "edit":
            await act(community, "editComment", {"commentId": chosen, "body": "Changed."}, None)
        case "delete":
            await act(community, "deleteComment", {"commentId": chosen}, None)


@settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(steps=STEPS, size=st.integers(1, 4))
async def test_paging_stays_right_while_people_write(
    community: Community, steps: list[tuple[str, int]], size: int
) -> None:
    before = [node["id"] for node in (await discussion(community, first=100))["comments"]["nodes"]]
    while len(before) < 10:
        before.append(await commented(community, f"Number {len(before)}."))
    met: list[str] = []
    cursor, waiting = None, list(steps)
    while True:
        page = (await discussion(community, first=size, after=cursor))["comments"]
        met += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        cursor = page["pageInfo"]["endCursor"]
        if waiting:
            step, nth = waiting.pop()
            await disturb(community, step, before[nth])
    assert len(met) == len(set(met))
    assert met[: len(before)] == before
    whole = (await discussion(community, first=100))["comments"]
    assert met == [node["id"] for node in whole["nodes"]]
