"""Jobs that take long, on a real queue."""

import asyncio
from typing import Any

import pytest

from service import jobs
from service.settings import Settings
from tests.factories import Product
from worker import main
from worker.surroundings import Surroundings


# arq closes its connection by the old name. What other tests have left on the queue would fill the worker's hands.
@pytest.mark.usefixtures("valkey")
@pytest.mark.filterwarnings("ignore:Call to deprecated close:DeprecationWarning")
async def test_a_job_that_takes_long_is_run_once_and_waited_for(
    product: Product, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    is_taken_up_again, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_: Surroundings, row_id: int) -> int:
        begun.append(row_id)
        await may_end.wait()
        ended.set()
        return 1

    monkeypatch.setattr(main, "_TASKS", {jobs.NOTIFY: slow})
    monkeypatch.setattr(main, "_LOST_SECONDS", 0.5)
    of_task = main._job

    def seen(task: Any, around: Surroundings) -> Any:
        job = of_task(task, around)

        async def counted(context: dict[Any, Any], *ids: Any) -> Any:
            if context["job_try"] > 1:
                is_taken_up_again.set()
            return await job(context, *ids)

        return counted

    monkeypatch.setattr(main, "_job", seen)
    queue, stop = jobs.ArqQueue(jobs.connect(settings.redis_url)), asyncio.Event()
    listening = asyncio.create_task(main._listen(product.around, settings, stop))
    await queue.enqueue([jobs.Job(jobs.NOTIFY, 7)])
    async with asyncio.timeout(20):
        await is_taken_up_again.wait()
    stop.set()
    asyncio.get_running_loop().call_later(1, may_end.set)
    await listening
    assert ended.is_set()
    assert begun == [7]
    await queue.close()
