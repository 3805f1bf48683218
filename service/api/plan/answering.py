"""Answering by a plan where there is one."""

from service.api.bounded import BoundedCache
from service.api.execution import Call
from service.api.plan.plans import OperationPlans, Planner
from service.fetching import Fetcher

# Each holds its document, so that a document dropped from the library is not kept by its plans for long.
_OPERATIONS_MAX = 1_000
_BYTES_MAX = 20_000_000
# What a plan weighs, about: its statement, which grows with the document, and the outline.
_BYTES_PER_LETTER = 50


class CompiledReads:
    """The plans of one process over its database."""

    def __init__(self, planner: Planner, fetcher: Fetcher) -> None:
        self._planner = planner
        self._fetcher = fetcher
        self._plans: BoundedCache[tuple[str, str | None], OperationPlans] = BoundedCache(
            entries=_OPERATIONS_MAX, size=_BYTES_MAX
        )

    async def data(self, call: Call, *, is_signed_in: bool) -> bytes | None:
        """The JSON of the call's `data`; None where the ordinary executor is to answer."""
        key = (call.document.text, call.operation.name)
        plans = self._plans.get(key)
        if plans is None:
            plans = OperationPlans(call.document, call.operation)
            self._plans.put(key, plans, size=len(call.document.text) * _BYTES_PER_LETTER)
        question = self._planner.question(plans, call.variables, is_signed_in=is_signed_in)
        return None if question is None else await self._fetcher.value(question.sql, question.values)
