"""Reading catalogue files: what is accepted, and every fault with its line."""

import json
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from service.catalogue.files import STARTER, FaultyCatalogue, faults, read_catalogue, scan_catalogue
from service.catalogue.files.reading import folder as reading
from service.catalogue.files.reading import json_text, yaml_text


def faults_in(
    tmp_path: Path, text: str | bytes, name: str = "catalogue.yaml"
) -> list[tuple[int | None, str]]:
    """The lines and reasons that reading the text finds."""
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    found = FaultyCatalogue(scan_catalogue(file).faults).faults
    assert all(fault.file == str(file) for fault in found)
    return [(fault.line, fault.reason) for fault in found]


def only_fault(tmp_path: Path, text: str | bytes, name: str = "catalogue.yaml") -> tuple[int | None, str]:
    """The one fault."""
    (fault,) = faults_in(tmp_path, text, name)
    return fault


LEVEL_FAULTS = [
    ("{slug: a, name: A}", "A level needs a rank: add the key `rank`."),
    ("{slug: a, rank: 1}", "needs a name"),
    ("{name: A, rank: 1}", "needs a slug"),
    (
        "{slug: a, name: A, rank: first}",
        "whole number from 1 to 1,000,000, the lowest level first; not “first”",
    ),
    ("{slug: a, name: A, rank: '1'}", "whole number"),
    ("{slug: a, name: A, rank: 0}", "whole number"),
    ("{slug: a, name: A, rank: -1}", "whole number"),
    ("{slug: a, name: A, rank: 1.5}", "whole number"),
    ("{slug: a, name: A, rank: 010}", "whole number"),
    ("{slug: a, name: A, rank: 1_0}", "whole number"),
    ("{slug: a, name: A, rank: 10000000}", "whole number"),
    ("{slug: a, name: A, rank: true}", "whole number"),
    ("{slug: a, name: A, rank: }", "whole number"),
    ("{slug: a, name: A, rank: [1]}", "not a list"),
    ("{slug: a, name: A, rnk: 1, rank: 1}", "A level has no key “rnk”. Did you mean “rank”?"),
    ("{slug: a, name: A, rank: 1, colour: red}", "no key “colour”. It has: slug, name, rank."),
    ("{slug: Big A, name: A, rank: 1}", "slug: “Big A” is no slug. A slug is lower-case"),
    ("{slug: a--b, name: A, rank: 1}", "is no slug"),
    ("{slug: '', name: A, rank: 1}", "is no slug"),
    (
        "{slug: 12, name: A, rank: 1}",
        "slug: A text is needed; 12 is a whole number: put it in quotation marks.",
    ),
    ("{slug: a, name: ' ', rank: 1}", "name: A name must not be empty."),
    ("{slug: a, name: , rank: 1}", "name: A text is needed; this is empty."),
    ("{slug: a, name: yes, rank: 1}", "yes is true or false: put it in quotation marks"),
    ("{slug: a, name: 2026-03-17, rank: 1}", "is a date: put it in quotation marks"),
    ("{slug: a, name: 1.10, rank: 1}", "1.10 is a number: put it in quotation marks"),
    ("{slug: a, name: [A], rank: 1}", "this is a list"),
    ("{slug: a, name: {A: 1}, rank: 1}", "this is a set of keys"),
    ('{slug: a, name: "A\\nB", rank: 1}', "a single line"),
    ('{slug: a, name: "A\\0", rank: 1}', "NUL"),
    (f"{{slug: a, name: {'A' * 201}, rank: 1}}", "at most 200 characters; this one has 201"),
    ("a", "A level is a set of keys (slug, name, rank); this is a text."),
    ("[a]", "this is a list"),
    ("", "this is empty"),
]


@pytest.mark.parametrize(("level", "reason"), LEVEL_FAULTS)
def test_a_fault_of_a_value_names_its_line_and_what_to_do(tmp_path: Path, level: str, reason: str) -> None:
    line, found = only_fault(tmp_path, f"levels:\n  - {{slug: b, name: B, rank: 2}}\n  - {level}\n")
    assert line == 3
    assert reason in found


SKILL_FAULTS = [
    ("keywords: one", 6, "A list is needed, as in [one, two]; this is a text."),
    ("keywords:", 6, "this is empty"),
    ("keywords: [a, 1]", 6, "1 is a whole number"),
    ("keywords: [a, '']", 6, "A keyword must not be empty."),
    ("keywords: [a, A]", 6, "stands there twice"),
    (f"keywords: [{', '.join(f'k{n}' for n in range(51))}]", 6, "at most 50 keywords"),
    ("summary: ~", 6, "this is empty"),
    (f"summary: {'x' * 2001}", 6, "at most 2,000 characters"),
    ("lastUpdatedOn: 17.3.2026", 6, "lastUpdatedOn: A date is written YYYY-MM-DD"),
    ("lastUpdatedOn: 2026-02-30", 6, "2026-02-30 is not in the calendar"),
    ("lastUpdatedOn: 2026-03-17T10:00:00Z", 6, "A date is written YYYY-MM-DD"),
    ("lastUpdatedOn: 0206-03-17", 6, "0206-03-17 is too long ago or too far ahead: correct the year."),
    ("lastUpdatedOn: 20260317", 6, "A date is written YYYY-MM-DD"),
    ("lastUpdatedOn:", 6, "A date is written YYYY-MM-DD, as in 2026-03-17; not empty."),
    ("status: PUBLISHD", 6, "status: “PUBLISHD” is not known here. Did you mean “PUBLISHED”?"),
    ("status: old", 6, "It is one of DRAFT, PUBLISHED, DEPRECATED."),
    ("formerSlugs: [b, b]", 6, "A slug stands there twice"),
    ("formerSlugs: [a]", 6, "The skill's present slug is among them"),
    ("formerSlugs: [B]", 6, "is no slug"),
    ("replacedBy: a", 6, "A skill cannot replace itself"),
    ("replacedBy: [a]", 6, "this is a list"),
    ("requirements:", 6, "requirements: Nothing follows: write [] for none, or take the key out."),
    ("requirements: none", 6, "requirements: A list is needed; this is a text."),
    ("requirements: [x]", 6, "A requirement is a set of keys (role, level, necessity, description)"),
    ("requirement: []", 6, "Did you mean “requirements”?"),
    ("name: B", 6, "The key “name” stands twice, first on line 5: keep one."),
    ("<<: {summary: x}", 6, "Merge keys (<<) are not read"),
    ("? [a]\n    : b", 6, "A key is a single word"),
]


@pytest.mark.parametrize(("key", "line", "reason"), SKILL_FAULTS)
def test_faults_of_a_skill(tmp_path: Path, key: str, line: int, reason: str) -> None:
    text = f"# a comment\nskills:\n  - slug: a\n    group: g\n    name: A\n    {key}\n"
    found = only_fault(tmp_path, text)
    assert found[0] == line
    assert reason in found[1]


def test_every_fault_of_every_file_is_found_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("levels:\n  - {slug: a, name: A}\n  - {slug: a, name: B, rank: 1}\n")
    (tmp_path / "b.json").write_text('{"skills": [\n{"slug": "x", "name": 5}]}')
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "c.yml").write_text("roles: [\n")
    with pytest.raises(FaultyCatalogue) as caught:
        read_catalogue(tmp_path)
    lines = [(Path(fault.file).name, fault.line) for fault in caught.value.faults]
    assert lines == [("a.yaml", 2), ("a.yaml", 3), ("b.json", 2), ("b.json", 2), ("c.yml", 2)]
    assert f"{tmp_path}/a.yaml:2: A level needs a rank: add the key `rank`." in str(caught.value).splitlines()


def test_faults_of_requirements(tmp_path: Path) -> None:
    text = """\
        skills:
          - slug: a
            group: g
            name: A
            requirements:
              - {role: r, level: l, necessity: Mandatry, description: x}
              - {role: s, level: l, necessity: optional, proficiency: deep, description: x}
              - role: r
                level: l
                necessity: OPTIONAL
                description: ''
              - {role: t, level: l, necessity: OPTIONAL}
        """
    found = faults_in(tmp_path, text)
    assert [line for line, _ in found] == [6, 7, 8, 11, 12]
    assert "necessity: “Mandatry” is not known here. Did you mean “MANDATORY”?" in found[0][1]
    assert "It is one of AWARENESS, WORKING, ADVANCED, EXPERT." in found[1][1]
    assert "“r” has a requirement at the level “l” already, on line 6" in found[2][1]
    assert "A description must not be empty." in found[3][1]
    assert "A requirement needs a description" in found[4][1]


def test_faults_between_entries(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(
        dedent("""\
        framework: {slug: x, name: X}
        levels:
          - {slug: a, name: A, rank: 1}
          - {slug: b, name: B, rank: 1}
        domains:
          - {slug: d, name: D, groups: [{slug: g, name: G}]}
          - {slug: e, name: E, groups: [{slug: g, name: G}]}
        skills:
          - {slug: s, group: g, name: S, formerSlugs: [t]}
        """)
    )
    (tmp_path / "2.yaml").write_text(
        dedent("""\
        framework: {slug: y, name: Y}
        roles: [{slug: r, name: R}, {slug: r, name: R}]
        skills:
          - {slug: t, group: g, name: T}
          - {slug: u, group: g, name: U, formerSlugs: [t]}
          - {slug: s, group: g, name: S}
        """)
    )
    found = [
        (Path(fault.file).name, fault.line, fault.reason)
        for fault in FaultyCatalogue(scan_catalogue(tmp_path).faults).faults
    ]
    expected = [
        ("1.yaml", 4, "The level “a” has the rank 1 as well"),
        ("1.yaml", 7, "The group “g” stands in"),
        ("1.yaml", 9, "formerSlugs: “t” leads to the skill “t”"),
        ("2.yaml", 1, "The framework is described differently in"),
        ("2.yaml", 2, f"The role “r” stands in {tmp_path / '2.yaml'}:2 already"),
        ("2.yaml", 5, "formerSlugs: “t” leads to the skill “t”"),
        ("2.yaml", 6, f"The skill “s” stands in {tmp_path / '1.yaml'}:9 already"),
    ]
    assert [place[:2] for place in found] == [place[:2] for place in expected]
    assert all(reason in place[2] for place, (_, _, reason) in zip(found, expected, strict=True))


BROKEN = [
    ("a.yaml", "skills:\n  - slug: 'x\n", 3, "This is not YAML"),
    ("a.yaml", "skills:\n\t- slug: x\n", 2, "cannot start any token"),
    ("a.yaml", "skills: [\n", 2, "This is not YAML"),
    ("a.yaml", "levels: []\nskills: []: []\n", 2, "This is not YAML"),
    ("a.yaml", "levels: []\n---\nskills: []\n", 2, "A second document begins here"),
    ("a.yaml", "levels: []\nroles: !x []\n", 2, "The tag “!x” means nothing here"),
    ("a.yaml", "levels: []\nroles: *r\n", 2, "The alias *r stands for nothing above it"),
    ("a.yaml", "levels: &l [*l]\n", 1, "The alias *l stands for nothing above it"),
    ("a.yaml", "levels: []\n# \x07\nroles: []\n", 2, "U+0007 cannot stand in YAML"),
    ("a.yaml", "levels: []\n# \u2028\n", 2, "U+2028 cannot stand in YAML as it is"),
    ("a.yaml", "levels: []\nskills: " + "[" * 100_000, 2, "nests deeper than 20 levels"),
    ("a.yaml", "", None, "The file is empty"),
    ("a.yaml", "# nothing\n", None, "The file is empty"),
    (
        "a.yaml",
        "- slug: x\n",
        1,
        "A catalogue file is a set of keys (framework, levels, roles, domains, skills)",
    ),
    ("a.yaml", "skill: []\n", 1, "A catalogue file has no key “skill”. Did you mean “skills”?"),
    ("a.yaml", "roles: []\nskills:\n", 2, "Nothing follows"),
    ("a.yaml", "roles: []\nframework: x\n", 2, "A framework is a set of keys (slug); this is a text."),
    ("a.yaml", "roles: []\nframework: {name: X}\n", 2, "A framework needs a slug"),
    (
        "a.yaml",
        b"skills: []\n# \xff\n",
        2,
        "The file is not UTF-8 (byte 0xFF does not belong there): save it as UTF-8.",
    ),
    ("a.yaml", "skills: []\n".encode("utf-16"), 1, "The file is not UTF-8 (it is UTF-16)"),
    ("a.json", '{"skills": [}', 1, "This is not JSON"),
    ("a.json", '{"skills":\n[1,]}', 2, "This is not JSON: expecting value."),
    ("a.json", '{"skills": [] "roles": []}', 1, "a comma or the end of the object is missing"),
    ("a.json", '{"skills"\n []}', 2, "a colon after the key is missing"),
    ("a.json", "{skills: []}", 1, "a key between double quotation marks is missing"),
    ("a.json", '{"skills": [[] []]}', 1, "a comma or the end of the list is missing"),
    ("a.json", '{"skills": []}\n{}', 2, "there is more text after the end"),
    ("a.json", '{"skills": "a\nb"}', 1, "This is not JSON: invalid control character at."),
    ("a.json", '{"levels": [],\n"levels": []}', 2, "The key “levels” stands twice, first on line 1"),
    ("a.json", '{"roles": NaN}', 1, "NaN is not JSON"),
    ("a.json", '{"roles":\n' + "[" * 100_000, 2, "nests deeper than 20 levels"),
    ("a.json", " \n", None, "The file is empty"),
    ("a.json", '{"skills": ["\\ud800"]}', 1, "A skill is a set of keys"),
    ("a.json", '{"\\ud800": []}', 1, "has no key “\\ud800”"),
    ("a.json", '{"levels": [{"slug": "a", "name": "\\ud83d", "rank": 1}]}', 1, "half a surrogate pair"),
    (
        "a.json",
        '{"levels": [{"slug": "a", "name": "A", "rank": ' + "9" * 5_000 + "}]}",
        1,
        "whole number from 1",
    ),
    ("a.json", '{"levels": [{"slug": "a", "name": "A", "rank": 1.0}]}', 1, "whole number from 1"),
    ("a.txt", "skills: []\n", None, "one ends in .yaml, .yml or .json"),
]


@pytest.mark.parametrize(("name", "text", "line", "reason"), BROKEN)
def test_broken_files(tmp_path: Path, name: str, text: str | bytes, line: int | None, reason: str) -> None:
    found = only_fault(tmp_path, text, name)
    assert found[0] == line
    assert reason in found[1]
    assert found[1].isprintable()


def test_aliases_stand_for_a_bounded_number_of_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = "roles: []\n" + "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    (line, reason) = faults_in(tmp_path, bomb)[-1]
    assert (line, reason[:49]) == (6, "The aliases of this file stand for more than 100,")


def test_an_alias_is_what_it_stands_for(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "skills:\n  - {slug: a, group: g, name: A, keywords: &k [x, y]}\n  - {slug: b, group: g, name: B, keywords: *k}"
    )
    assert [skill.fields["keywords"] for skill in read_catalogue(file).skills or ()] == [
        ["x", "y"],
        ["x", "y"],
    ]


def test_all_files_together_have_a_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SIZE_MAX", 30)
    (tmp_path / "a.yaml").write_text("skills: [] # 20 bytes")
    (tmp_path / "b.yaml").write_text("roles: []\n")
    (fault,) = scan_catalogue(tmp_path).faults
    assert fault.file.endswith("b.yaml")
    assert "larger than" in fault.reason
    (tmp_path / "b.yaml").write_text("roles: []")
    assert not scan_catalogue(tmp_path).faults


@pytest.mark.parametrize(("reader", "name"), [(yaml_text, "a.yaml"), (json_text, "a.json")])
def test_a_file_has_a_bounded_number_of_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: ModuleType, name: str
) -> None:
    text = '{"levels": [],\n "skills": []}'
    monkeypatch.setattr(reader, "VALUES_MAX", len(text))
    assert not faults_in(tmp_path, text, name)
    monkeypatch.setattr(reader, "VALUES_MAX", 2)
    (line, reason) = only_fault(tmp_path, text, name)
    assert (line, reason[:22]) == (2 if reader is json_text else 1, "The file has more than")


def test_a_file_is_given_up_after_a_bounded_number_of_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "FAULTS_MAX", 2)
    found = faults_in(tmp_path, "levels:\n - 1\n - 2\n - 3\n - 4\n")
    assert [line for line, _ in found] == [2, 3, 4]
    assert "mend those above first" in found[2][1]


def test_a_folder_has_a_bounded_number_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FILES_MAX", 1)
    (tmp_path / "a.yaml").write_text("skills: []")
    (tmp_path / "b.yaml").write_text("roles: []")
    assert "import fewer at once" in scan_catalogue(tmp_path).faults[0].reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nothing", "There is no such file or folder."), ("", "No catalogue file is in this folder")],
)
def test_there_is_nothing_to_read(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(FaultyCatalogue, match=reason) as caught:
        read_catalogue(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b.YAML", "a/z.yml", "a.json", ".hidden.yaml", ".git/x.yaml", "notes.txt", "a/deep/er.yaml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"roles": [{"slug": file.stem.strip(".").lower(), "name": "R"}]}))
    roles = read_catalogue(tmp_path).roles or ()
    assert [role.slug for role in roles] == ["z", "a", "b"]


def test_the_same_framework_may_stand_in_every_file(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("framework: {slug: x, name: X}\n")
    framework = read_catalogue(tmp_path).framework
    assert framework is not None
    assert (framework.slug, framework.fields) == ("x", {"name": "X"})


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    text = "\ufefflevels:\r\n  - {slug: a, name: A, rank: 1}\r\n  - {slug: b, name: B, rank: x}\r\n"
    assert only_fault(tmp_path, text)[0] == 3


def test_the_line_ends_of_old_macs_count_as_well(tmp_path: Path) -> None:
    assert only_fault(tmp_path, "levels:\r  - {slug: b, name: B, rank: x}\r")[0] == 2


def test_lines_are_counted_behind_characters_outside_the_first_plane(tmp_path: Path) -> None:
    assert only_fault(tmp_path, "# 😀é😀\nlevels:\n  - {slug: 😀, name: 😀, rank: 1}\n")[0] == 3


def test_json_that_yaml_would_not_read(tmp_path: Path) -> None:
    name = '"\\ud83d\\ude00 \\/ \x7f\x85\u2028"'
    file = tmp_path / "a.json"
    file.write_text(f'\t{{"levels":\t[{{"slug": "a", "name": {name}, "rank": 1}}]}}', encoding="utf-8")
    (level,) = read_catalogue(file).levels or ()
    assert level.fields["name"] == "😀 / \x7f\x85\u2028"


def test_words_are_accepted_in_any_case(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "skills:\n  - slug: a\n    group: g\n    name: A\n    status: draft\n    requirements:\n"
        "      - {role: r, level: l, necessity: mandatory, proficiency: Working, description: x}\n"
    )
    (skill,) = read_catalogue(file).skills or ()
    assert skill.fields["status"] == "DRAFT"
    assert skill.requirements is not None
    fields = skill.requirements[0].fields
    assert (fields["necessity"], fields["proficiency"]) == ("MANDATORY", "WORKING")


def test_a_text_tag_makes_a_text(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("levels: !!seq [!!map {slug: a, name: !!str 1.10, rank: 1}]\n")
    (level,) = read_catalogue(file).levels or ()
    assert level.fields["name"] == "1.10"


def test_the_starter_catalogue_has_no_fault() -> None:
    assert len(read_catalogue(STARTER).skills or ()) >= 15
