"""What the documents say is held against the code."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml
from graphql import parse, validate
from typer.main import get_command

from service import counters
from service.api.errors import UserErrorCode
from service.api.failures import Code
from service.api.limits import Limits
from service.api.permissions import Needs
from service.api.schema import Mutation, Query, Subscription, schema
from service.catalogue.files import STARTER, import_catalogue, read_catalogue
from service.catalogue.files.reading import forms
from service.cli.program import program
from service.people.models import PersonRole
from service.settings import Settings
from tests.factories import Product

PROJECT = Path(__file__).resolve().parents[1]
NAMES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "service/README.md",
    "service/api/README.md",
    "worker/README.md",
)
TEXTS = {name: (PROJECT / name).read_text(encoding="utf-8") for name in NAMES}
README, CONTRIBUTING, API = TEXTS["README.md"], TEXTS["CONTRIBUTING.md"], TEXTS["service/api/README.md"]
DECISIONS = TEXTS["service/README.md"].partition("## Decisions\n")[2]
PLACES = [PROJECT / name for name in ("service", "worker", "migrations", "tests")]
OURS = {path for place in PLACES for path in place.rglob("*")}
YES, NO = "✓", "–"


FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, those within a list included."""
    return [block for said, block in FENCED.findall(text) if said == language]


def section(text: str, heading: str) -> str:
    """What stands below a heading, down to the next one."""
    return re.split(r"^#+ ", text.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def table(text: str, nth: int = 0) -> dict[str, list[str]]:
    """The nth table of the text: the further cells of each row by its first, which loses its backticks."""
    found = re.findall(r"^\|.*?\n\|[-|]+\|\n((?:\|.*\|\n)+)", text, re.MULTILINE)[nth]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in found.splitlines()]
    return {first.strip("`"): rest for first, *rest in rows}


def quoted(text: str) -> list[str]:
    """What stands between backticks, but for the fenced blocks."""
    return re.findall(r"`([^`\n]+)`", FENCED.sub("", text))


def documents(shell: str) -> Iterator[str]:
    """The GraphQL documents that a piece of shell sends; its variables stand for ids."""
    for pattern in (r"<<GRAPHQL\n(.*?)^GRAPHQL$", r"query='\n(.*?)'", r"echo '(\{.*?\})' \| ask"):
        yield from re.findall(pattern, shell, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", [each for shell in blocks(README, "sh") for each in documents(shell)])
def test_every_document_of_the_readme_is_valid(document: str) -> None:
    assert validate(schema._schema, parse(document)) == []


async def test_the_answer_in_the_readme_is_the_answer(product: Product) -> None:
    async with product.database.transaction() as session:
        await import_catalogue(session, read_catalogue(STARTER), at=product.clock(), recount=counters.recount)
    first = next(document for shell in blocks(README, "sh") for document in documents(shell))
    assert await product.send(first) == json.loads(blocks(README, "json")[0])


def test_the_settings_are_the_settings() -> None:
    said = {name: default.strip("`") for name, (default, _) in table(section(README, "Settings")).items()}
    assert list(said) == [name.upper() for name in said]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True) or "none"
        assert said.pop(name.upper()) == ("" if field.is_required() else str(default)), name
    assert said == {}


def test_every_variable_that_a_document_names_is_read_somewhere() -> None:
    settings = {name.upper() for name in Settings.model_fields}
    code = "".join(path.read_text() for path in OURS if path.suffix == ".py" and "tests" not in path.parts)
    read = set(re.findall(r"""environ(?:\.get\(|\[)"([A-Z_]+)"|envvar="([A-Z_]+)\"""", code))
    known = settings | {name for pair in read for name in pair} | compose_variables()
    known |= set(re.findall(r"^([A-Z_]+) [?:]?=", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(table(section(README, "Settings"), 1)) <= known
    enums = set(re.findall(r"^  ([A-Z_]+)$", (PROJECT / "schema.graphql").read_text(), re.MULTILINE))
    named = {word for word in quoted(README) if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", word)}
    assert named - enums <= known


def compose_variables(pattern: str = "") -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)" + pattern, (PROJECT / "compose.yaml").read_text()))


def test_the_environment_file_of_the_readme_is_what_compose_wants() -> None:
    [file] = [shell for shell in blocks(README, "sh") if "> .env" in shell]
    given = set(re.findall(r"^([A-Z_]+)=", file, re.MULTILINE))
    assert compose_variables(":\\?") <= given <= compose_variables()


def test_what_the_environment_file_may_set_besides_is_told() -> None:
    [told] = re.findall(r"^The file may also set (.+?)\. ", README, re.MULTILINE)
    [file] = [shell for shell in blocks(README, "sh") if "> .env" in shell]
    given = set(re.findall(r"^([A-Z_]+)=", file, re.MULTILINE))
    assert set(quoted(told)) == compose_variables() - given


def test_the_sample_catalogue_has_no_fault(tmp_path: Path) -> None:
    [sample] = re.findall(r"<<'YAML'\n(.*?)^YAML$", README, re.MULTILINE | re.DOTALL)
    (tmp_path / "catalogue.yaml").write_text(sample)
    assert read_catalogue(tmp_path).skills is not None
    assert set(yaml.safe_load(sample)) == set(forms.FILE.checks)


def test_the_format_table_names_every_key() -> None:
    said = table(section(README, "Your own catalogue"))
    for row, form in (
        ("framework", forms.FRAMEWORK),
        ("levels", forms.LEVEL),
        ("roles", forms.ROLE),
        ("domains", forms.DOMAIN),
        ("skills", forms.SKILL),
        ("requirements` of a skill", forms.REQUIREMENT),
    ):
        keys = said[row][0]
        assert set(re.findall(r"`(\w+)`", keys)) == set(form.checks), row
        assert set(re.findall(r"\*\*`(\w+)`\*\*", keys)) == set(form.required), row


def test_the_permission_matrix_is_what_the_code_asks() -> None:
    said = table(section(API, "Who may do what"))
    roles = [None, *PersonRole]
    needed = {}
    for field in Mutation.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        [needs] = [extension for extension in field.extensions if isinstance(extension, Needs)]
        rank = roles.index(needs.role)
        needed[field.python_name] = [NO] * rank + [YES] * (len(roles) - rank)
    reads = [*Query.__strawberry_definition__.fields, *Subscription.__strawberry_definition__.fields]  # type: ignore[attr-defined]
    public = {field.python_name: [YES] * len(roles) for field in reads}
    public["viewer"][0] = public["people"][0] = "null"
    public["notification_received"][0] = NO
    public["moderation"] = ["null", NO, NO, NO, YES, YES]
    assert said == {camel(name): cells for name, cells in (public | needed).items()}


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def test_the_limits_are_the_limits() -> None:
    said = {name: float(value.replace(",", "")) for name, (value, _) in table(section(API, "Limits")).items()}
    assert said == asdict(Limits())


def test_every_code_of_an_error_is_told() -> None:
    errors = section(API, "Errors")
    told = [code for (codes,) in table(errors).values() for code in quoted(codes)]
    assert sorted(told) == sorted(UserErrorCode.__members__)
    assert set(table(errors, 1)) == set(Code)


def test_the_layers_are_those_of_the_import_rules() -> None:
    rules = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [rule["layers"] for rule in rules if rule["type"] == "layers"]
    assert blocks(CONTRIBUTING, "")[0].splitlines() == layers


def test_every_make_command_is_told() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert {name.removeprefix("make ") for name in table(CONTRIBUTING)} == targets - {"help"}


@pytest.mark.parametrize("name", NAMES)
def test_every_make_command_that_is_named_is_one(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^ *)make ([a-z]+)", TEXTS[name], re.MULTILINE)) <= targets


def test_the_recipe_for_a_migration_has_it_written() -> None:
    recipe = section(CONTRIBUTING, "Add a migration")
    assert "make migration NAME=" in recipe
    assert "alembic" not in recipe


def test_what_make_check_covers_is_what_it_runs() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    found = re.search(r"^check:.*## (.+)\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert found
    said, recipe = found[1], found[2].splitlines()
    assert table(CONTRIBUTING)["make check"] == [f"{said.capitalize()}."]
    words = ("format", "ruff check", "mypy", "lint-imports", "snapshot", "migrate")
    assert said == "format, lint, types, import rules, schema snapshot, migrations"
    assert all(word in line for word, line in zip(words, recipe, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_is_named_is_one(name: str) -> None:
    commands = get_command(program).commands  # type: ignore[attr-defined]
    words = re.findall(r"(?:`|bin/)skillprofile (\w+)", TEXTS[name])
    assert set(words) <= set(commands)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", TEXTS[name]):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (PROJECT / name).parent / path if path else PROJECT / name
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [heading.lower().replace(" ", "-") for heading in headings], target


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_is_named_exists(name: str) -> None:
    """By its full path in the recipes; elsewhere as a person on the spot would say it."""
    _, _, recipes = TEXTS[name].partition("## Recipes\n")
    assert [word for word in paths(recipes) if "/" in word and not (PROJECT / word).exists()] == []
    for word in paths(TEXTS[name]):
        assert (PROJECT / word).exists() or any(path.match(f"*/{word}") for path in OURS), word


def paths(text: str) -> list[str]:
    """Those of files by their ending, those of folders by their stroke."""
    form = re.compile(r"[\w-][\w./-]*(/|\.(py|md|toml|yaml|lock|graphql|txt|html))")
    return [word for word in quoted(text) if form.fullmatch(word)]


def test_every_name_in_the_recipes_stands_in_a_file_that_they_name() -> None:
    recipes = CONTRIBUTING.partition("## Recipes\n")[2]
    files = [PROJECT / word for word in paths(recipes) if "/" in word and word.endswith(".py")]
    code = "".join(file.read_text() for file in files)
    names = {word for word in quoted(recipes) if re.fullmatch(r"_?[A-Z]\w+|_[a-z]\w+", word)}
    assert len(names) > 15
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} <= {"None"}


def test_every_decision_is_dated_and_short() -> None:
    decisions = re.split(r"^### ", DECISIONS, flags=re.MULTILINE)[1:]
    assert decisions
    for number, decision in enumerate(decisions, start=1):
        heading, *lines = decision.strip().splitlines()
        assert re.fullmatch(rf"{number}\. .+ \(\d{{4}}-\d\d-\d\d\)", heading)
        said = [line.partition("**")[2].partition(".**")[0] for line in lines if line]
        assert said == ["Context", "Decision", "Consequence", "Alternatives"], heading


def test_every_task_of_the_worker_is_told() -> None:
    tasks = {path.stem for path in (PROJECT / "worker" / "tasks").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"^\| \[(\w+)\]\(", TEXTS["worker/README.md"], re.MULTILINE)) == tasks
