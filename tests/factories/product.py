"""The whole product in one process: the API as its clients see it, and the worker's tasks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from starlette.applications import Starlette

from service.credentials.actions import issue_token
from service.database import Database
from service.people.models import PersonRole
from service.people.queries import find_person_by_email
from tests.factories.clock import Clock
from tests.factories.transport import RecordingTransport
from worker.surroundings import Surroundings
from worker.tasks.recover import recover


@dataclass
class Product:
    """`run` sends a document to the API; `work` lets the worker do all that waits."""

    app: Starlette
    client: httpx.AsyncClient
    database: Database
    clock: Clock
    mail: RecordingTransport
    around: Surroundings

    async def run(
        self, document: str, variables: dict[str, Any] | None = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """The `data` of the answer; fails the test where there are `errors`."""
        answer = await self.send(document, variables, token=token)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def send(
        self, document: str, variables: dict[str, Any] | None = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """The whole answer, errors included."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        body = {"query": document, "variables": variables or {}}
        response = await self.client.post("/graphql", json=body, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def token(
        self, email: str, role: PersonRole = PersonRole.CONTRIBUTOR, *, is_new: bool = False
    ) -> str:
        """A bearer token of the person of the address, who then has the role; known here for long, or new."""
        async with self.database.transaction() as session:
            token = await issue_token(session, email, at=self.clock(), role=role)
            person = await find_person_by_email(session, email)
            assert person is not None
            if not is_new:
                person.created_at = min(person.created_at, self.clock() - timedelta(days=30))
            return token

    async def work(self) -> None:
        """Let the worker do all that waits, as its sweep would."""
        while await recover(self.around):
            pass
