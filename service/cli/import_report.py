"""What `skillprofile import` says: its plan, or the faults for which it refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, NoReturn

from service.cli.failures import CommandFailed
from service.cli.output import print_json, print_table, say_aside

if TYPE_CHECKING:
    from service.catalogue.files import Fault, ImportPlan

# As many names of one kind as a person reads.
_SHOWN_NAMES = 8


def refuse(faults: "Sequence[Fault]", *, as_json: bool) -> NoReturn:
    """Tell every fault with its place, and end the command."""
    if as_json:
        print_json({"faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            say_aside(str(fault))
    number = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
    raise CommandFailed(f"{number} in the files, so nothing was written: mend them and run it again.")


def show(plan: "ImportPlan", *, dry_run: bool, as_json: bool) -> None:
    """Print how many of each kind are added, changed, removed and unchanged, and on stderr which."""
    if as_json:
        print_json({"framework": plan.framework, "dryRun": dry_run, "counts": plan.counts()})
        return
    columns = ("added", "changed", "removed", "unchanged")
    rows = [(kind, *(str(counts[column]) for column in columns)) for kind, counts in plan.counts().items()]
    print_table(("", *columns), rows)
    for line in _names(plan):
        say_aside(line)
    say_aside(_outcome(plan, dry_run=dry_run))


def _names(plan: "ImportPlan") -> Iterator[str]:
    for kind, tally in plan.tallies.items():
        for what, names in (("added", tally.added), ("changed", tally.changed), ("removed", tally.removed)):
            if names:
                rest = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
                yield f"{kind.value} {what}: {', '.join(names[:_SHOWN_NAMES])}{rest}"


def _outcome(plan: "ImportPlan", *, dry_run: bool) -> str:
    if plan.is_empty:
        return f"the framework {plan.framework} is as the files say already"
    if dry_run:
        return f"a dry run: nothing was written to the framework {plan.framework}"
    return f"the framework {plan.framework} is now as the files say"
