"""The plans of a process, kept while their documents are in use."""

from service.api.bounded import BoundedCache
from service.api.execution import Call
from service.api.plan.plans import OperationPlans, Planner, Question
from service.sources import Viewpoint

_OPERATIONS_MAX = 1_000
_BYTES_MAX = 40_000_000


class CompiledReads:
    """From a call to the question for PostgreSQL."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._plans: BoundedCache[tuple[str, str | None], OperationPlans] = BoundedCache(
            entries=_OPERATIONS_MAX, size=_BYTES_MAX
        )

    def question(self, call: Call, viewpoint: Viewpoint) -> Question | None:
        """What to ask for the call; None where the ordinary executor is to answer."""
        key = (call.document.text, call.operation.name)
        plans = self._plans.get(key)
        if plans is None:
            plans = OperationPlans(call.document, call.operation)
        size = plans.size
        question = self._planner.question(plans, call.variables, viewpoint)
        if plans.size != size:
            self._plans.put(key, plans, size=plans.size)
        return question
