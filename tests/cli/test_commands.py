"""The commands beside a running `dev`: they join its servers."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from service import migration
from service.cli.tokens import RoleName
from service.database import Database
from service.embedded import servers
from service.jobs import RecordingQueue
from service.people.models import PersonRole
from tests.cli.program import Dev, run

FAULTY = """\
skills:
  - slug: a
    group: nowhere
    name: A
    requirements:
      - {role: nobody, level: middle, necessity: PERHAPS, description: x}
"""


def run_beside(dev: Dev, *words: object) -> Any:
    return run(*words, "--data", dev.folder)


def test_token_prints_the_token_alone(dev: Dev) -> None:
    done = run_beside(dev, "token", "create", "ada@example.org", "--role", "reviewer", "--name", "Ada")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"skp_[\w-]{32}\n", done.stdout)
    answer = httpx.post(
        f"{dev.url}/graphql",
        json={"query": "{ viewer { role person { name } } }"},
        headers={"Authorization": f"Bearer {done.stdout.strip()}"},
    )
    assert answer.json()["data"] == {"viewer": {"role": "REVIEWER", "person": {"name": "Ada"}}}


def test_token_refuses_what_is_no_address(dev: Dev) -> None:
    done = run_beside(dev, "token", "create", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nobody" in done.stderr
    assert done.stderr.count("\n") == 1


def test_token_refuses_a_name_that_holds_a_link(dev: Dev) -> None:
    done = run_beside(dev, "token", "create", "eve@example.org", "--name", "See www.x.test")
    assert (done.returncode, done.stdout) == (1, "")
    assert "A name holds no link" in done.stderr


def test_token_knows_every_role() -> None:
    assert [name.upper() for name in RoleName.__args__] == [role.value for role in PersonRole]  # type: ignore[attr-defined]


async def test_recount_finds_and_mends_a_wrong_number(dev: Dev) -> None:
    await execute(
        dev, "UPDATE skill_counters SET role_count = 77 WHERE skill_id = (SELECT min(id) FROM skill)"
    )
    found = run_beside(dev, "recount", "--check")
    assert found.returncode == 1
    skill, counter, stored, true = found.stdout.strip().split("\t")
    assert (counter, stored) == ("role_count", "77")

    as_json = json.loads(run_beside(dev, "recount", "--check", "--json").stdout)
    assert as_json == [{"skill": skill, "counter": counter, "stored": stored, "true": true}]
    doctor = json.loads(run_beside(dev, "doctor", "--json").stdout)
    assert [check["advice"] for check in doctor if check["state"] == "fail"] == ["run `skillprofile recount`"]

    assert run_beside(dev, "recount").returncode == 0
    assert run_beside(dev, "recount", "--check").returncode == 0


def test_an_export_is_imported_as_the_same(dev: Dev, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.yaml"
    exported = run_beside(dev, "export", file)
    assert (exported.returncode, exported.stdout) == (0, f"{file}\n")
    assert run_beside(dev, "export", "-").stdout == file.read_text()

    done = run_beside(dev, "import", file, "--prune", "--json")
    assert done.returncode == 0
    counts = json.loads(done.stdout)["counts"]
    assert counts["skills"]["unchanged"] >= 15
    assert not any(each[what] for each in counts.values() for what in ("added", "changed", "removed"))


def test_a_dry_run_writes_nothing(dev: Dev, tmp_path: Path) -> None:
    file = tmp_path / "levels.yaml"
    file.write_text("levels: [{slug: fellow, name: Fellow, rank: 99}]")
    # The second one still finds it new.
    for _ in range(2):
        done = run_beside(dev, "import", file, "--dry-run")
        assert done.returncode == 0
        assert "levels\t1\t0\t0\t0\n" in done.stdout
        assert "levels added: fellow" in done.stderr


def test_faulty_files_are_refused_with_each_place(dev: Dev, tmp_path: Path) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(FAULTY)
    done = run_beside(dev, "import", file)
    assert (done.returncode, done.stdout) == (1, "")
    *faults, last = done.stderr.splitlines()
    assert [fault.split(": ")[0] for fault in faults] == [f"{file}:{line}" for line in (3, 6, 6)]
    assert "nothing was written" in last


def test_doctor_finds_all_well(dev: Dev) -> None:
    done = run_beside(dev, "doctor", "--json")
    checks = {check["subject"]: check for check in json.loads(done.stdout)}
    assert (done.returncode, {check["state"] for check in checks.values()}) == (0, {"ok"})
    assert checks["PostgreSQL"]["found"].startswith("18.")
    assert checks["worker"]["found"] == "alive"


async def test_doctor_finds_what_is_wrong(dev: Dev) -> None:
    await execute(dev, "UPDATE alembic_version SET version_num = 'newer'")
    try:
        done = run_beside(dev, "doctor", "--json")
        migrated = run_beside(dev, "migrate")
    finally:
        await execute(dev, f"UPDATE alembic_version SET version_num = '{migration.head()}'")
    assert done.returncode == 1
    assert [check["subject"] for check in json.loads(done.stdout) if check["state"] == "fail"] == ["schema"]
    assert (migrated.returncode, migrated.stderr.count("\n")) == (4, 1)
    assert "newer version" in migrated.stderr


def test_doctor_makes_no_data_folder(tmp_path: Path) -> None:
    done = run("doctor", "--data", tmp_path / "unborn")
    assert done.returncode == 0
    assert "not there yet" in done.stdout
    assert not (tmp_path / "unborn").exists()


async def execute(dev: Dev, statement: str) -> None:
    """Do to the database what no command would."""
    with servers(dev.folder) as joined:
        database = Database(joined.database_url, queue=RecordingQueue(), pool_size=1)
        async with database.transaction() as session:
            await session.execute(sa.text(statement))
        await database.close()
