"""What the pages load: kept for good under its version, compressed, and what npm gave."""

import gzip
import hashlib
import json
from importlib.resources import files

import pytest

from service.web.assets import assets
from tests.factories import Product

VENDOR = files("service.web").joinpath("vendor")
MANIFEST = json.loads(VENDOR.joinpath("manifest.json").read_text(encoding="utf-8"))
BUDGET = 40_000  # bytes of compressed script for the first view of a skill
FIRST = (
    "start.js", "app.js", "site.en.js", "words.js", "client.js", "view.js", "pieces.js", "views/skill.js",
    "parts/levels.js", "parts/acting.js", "vendor/lit.js", "vendor/urql.js", "vendor/graphql-ws.js",
)  # fmt: skip


@pytest.mark.parametrize("name", ["app.js", "app.css", "icon.svg", "vendor/lit.js", "site.de.js"])
async def test_a_file_is_kept_for_good(product: Product, name: str) -> None:
    answer = await product.client.get(assets().url(name), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == assets().by_name[name].body


async def test_there_is_nothing_of_another_version_or_beside_the_folder(product: Product) -> None:
    for path in ("/assets/000000000000/app.js", assets().url("app.js") + "x"):
        answer = await product.client.get(path)
        assert answer.status_code == 404


def test_the_vendored_files_are_those_of_the_manifest() -> None:
    for name, facts in MANIFEST["files"].items():
        body = VENDOR.joinpath(name).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (facts["bytes"], facts["sha256"]), name


def test_every_vendored_package_has_its_licence_there() -> None:
    licences = VENDOR.joinpath("LICENCES.txt").read_text(encoding="utf-8")
    assert MANIFEST["packages"]
    for package in MANIFEST["packages"]:
        assert f"{package['name']} {package['version']} ({package['licence']})" in licences
        assert package["licence"] in {"MIT", "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"}


def test_a_script_is_sent_without_its_comments_line_by_line() -> None:
    source = files("service.web").joinpath("static", "client.js").read_text(encoding="utf-8").split("\n")
    sent = assets().by_name["client.js"].body.decode().split("\n")
    assert {(line, now) for line, now in zip(source, sent, strict=True) if line != now} == {
        (line, "") for line in source if line.lstrip().startswith(("//", "/*", "*"))
    }


def test_the_script_of_a_skill_stays_within_its_budget() -> None:
    sizes = {name: len(gzip.compress(assets().by_name[name].body, 9)) for name in FIRST}
    assert sum(sizes.values()) <= BUDGET, sizes


def test_a_page_names_every_script_that_it_will_load() -> None:
    assert set(FIRST) == {"start.js", "vendor/graphql-ws.js", *assets().modules("skill", "en")}
    assert "views/missing.js" not in assets().modules("missing", "en")
