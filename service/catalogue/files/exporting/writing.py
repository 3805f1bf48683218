"""Writes a catalogue to one file, or to a folder with a file for each domain."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from service.catalogue.files.entries import CatalogueFile, SkillEntry
from service.catalogue.files.exporting.documents import Document, document_of
from service.catalogue.files.exporting.yaml_style import to_yaml
from service.catalogue.files.reading.folder import catalogue_files
from service.errors import Conflict

_YAML_SUFFIXES = (".yaml", ".yml")
_JSON_SUFFIX = ".json"
_MAIN_FILE = "catalogue.yaml"
_SKILLS_FOLDER = "skills"


class FilesInTheWay(Conflict):
    """The folder holds catalogue files that would be read as part of this catalogue."""

    code = "FILES_IN_THE_WAY"

    def __init__(self, folder: Path, files: list[Path]) -> None:
        listed = ", ".join(str(file.relative_to(folder)) for file in files[:5])
        more = f" and {len(files) - 5} more" if len(files) > 5 else ""
        super().__init__(
            f"{folder} holds other catalogue files ({listed}{more}), which would be imported together with these: "
            "take them away, or choose an empty folder."
        )


def write_catalogue(catalogue: CatalogueFile, path: Path) -> list[Path]:
    """Write to the file that `path` names by its ending, or into the folder; returns the files written.

    A name that ends in .yaml, .yml or .json is a file; every other one is a folder, made where it is missing.

    Raises:
        FilesInTheWay: the folder holds other catalogue files.
        OSError: a file cannot be written.
    """
    documents = _documents(catalogue, path)
    for file, document in documents.items():
        text = _json(document) if file.suffix.lower() == _JSON_SUFFIX else to_yaml(document)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Nobody ever finds half a file under its name.
        unfinished = file.with_name(f".{file.name}.unfinished")
        try:
            unfinished.write_bytes(text.encode())
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    return list(documents)


def _documents(catalogue: CatalogueFile, path: Path) -> dict[Path, Document]:
    is_file = path.suffix.lower() in (*_YAML_SUFFIXES, _JSON_SUFFIX) and not path.is_dir()
    if is_file:
        return {path: document_of(catalogue)}
    documents = _folder_documents(catalogue, path)
    others = [file for file in catalogue_files(path) if file not in documents] if path.is_dir() else []
    if others:
        raise FilesInTheWay(path, others)
    return documents


def _folder_documents(catalogue: CatalogueFile, folder: Path) -> dict[Path, Document]:
    """One file for the framework's own parts, and one for the skills of each domain that has any."""
    domain_of = {
        group.slug: domain.slug for domain in catalogue.domains or () for group in domain.groups or ()
    }
    skills: dict[str | None, list[SkillEntry]] = {}
    for skill in catalogue.skills or ():
        skills.setdefault(domain_of.get(str(skill.fields["group"])), []).append(skill)
    # Skills of groups that the catalogue does not describe stay in the main file.
    rest = skills.pop(None, [])
    main = replace(
        catalogue, skills=tuple(rest) if rest or (catalogue.skills is not None and not skills) else None
    )
    documents = {folder / _MAIN_FILE: document_of(main)}
    for domain, entries in skills.items():
        part = CatalogueFile(skills=tuple(entries))
        documents[folder / _SKILLS_FOLDER / f"{domain}.yaml"] = document_of(part)
    return documents


def _json(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, default=date.isoformat) + "\n"
