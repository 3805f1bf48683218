"""What `import` says, without importing anything."""

import json

import pytest

from service.catalogue.files import Fault, ImportPlan, Kind, Tally
from service.cli.failures import CommandFailed, ExitCode
from service.cli.import_report import refuse, show

FAULTS = [Fault("a.yaml", 3, "No such group."), Fault("b.yaml", None, "Not UTF-8.")]
PLAN = ImportPlan(
    "mine",
    {
        Kind.LEVELS: Tally(unchanged=5),
        Kind.SKILLS: Tally(added=tuple(f"s{n}" for n in range(20)), removed=("old",)),
    },
)


def test_faults_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandFailed, match="2 faults") as caught:
        refuse(FAULTS, as_json=True)
    assert caught.value.code is ExitCode.REFUSED
    assert json.loads(capsys.readouterr().out) == {
        "faults": [
            {"file": "a.yaml", "line": 3, "reason": "No such group."},
            {"file": "b.yaml", "line": None, "reason": "Not UTF-8."},
        ]
    }


def test_a_plan_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    show(PLAN, dry_run=True, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["framework"], said["dryRun"]) == ("mine", True)
    assert said["counts"]["skills"] == {"added": 20, "changed": 0, "removed": 1, "unchanged": 0}


def test_a_pipe_gets_the_counts_and_a_person_the_first_names(capsys: pytest.CaptureFixture[str]) -> None:
    show(PLAN, dry_run=False, as_json=False)
    said = capsys.readouterr()
    assert said.out == "levels\t0\t0\t0\t5\nskills\t20\t0\t1\t0\n"
    assert "skills added: s0, s1, s2, s3, s4, s5, s6, s7 and 12 more\n" in said.err
    assert "skills removed: old\n" in said.err
    assert "levels" not in said.err


@pytest.mark.parametrize(
    ("plan", "dry_run", "said"),
    [
        (PLAN, True, "nothing was written"),
        (PLAN, False, "is now as the files say"),
        (ImportPlan("mine", {Kind.LEVELS: Tally(unchanged=5)}), False, "as the files say already"),
    ],
)
def test_the_outcome_in_a_sentence(
    plan: ImportPlan, dry_run: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show(plan, dry_run=dry_run, as_json=False)
    assert said in capsys.readouterr().err.splitlines()[-1]
