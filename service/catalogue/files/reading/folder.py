"""Reads a catalogue file, or a folder of them, into one `CatalogueFile`."""

from collections.abc import Callable, Iterator
from pathlib import Path

from service.catalogue.files.entries import CatalogueFile
from service.catalogue.files.faults import Fault, FaultyCatalogue, Notebook, Unreadable
from service.catalogue.files.progress import Progress, in_silence
from service.catalogue.files.reading import merging
from service.catalogue.files.reading.forms import Part, examine
from service.catalogue.files.reading.json_text import read_json
from service.catalogue.files.reading.nodes import Node
from service.catalogue.files.reading.yaml_text import read_yaml

# All files of one import together, in bytes; and how many they may be.
SIZE_MAX = 50_000_000
FILES_MAX = 1_000

_READERS: dict[str, Callable[[str, Notebook], Node | None]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
}


def read_catalogue(path: Path, *, progress: Progress = in_silence) -> CatalogueFile:
    """The catalogue of a file or a folder.

    Raises:
        FaultyCatalogue: with every fault that can be seen without the database.
    """
    catalogue = scan_catalogue(path, progress=progress)
    if catalogue.faults:
        raise FaultyCatalogue(catalogue.faults)
    return catalogue


def scan_catalogue(path: Path, *, progress: Progress = in_silence) -> CatalogueFile:
    """The same, with the faults noted in it instead of raised.

    `plan_import` and `import_catalogue` refuse a catalogue with faults, and name those against the database as well:
    so a person who mends files sees all of them at once.
    """
    try:
        files = _files(path)
    except Unreadable as error:
        return CatalogueFile(str(path), faults=(Fault(str(path), None, error.reason),), is_whole=False)
    parts: list[Part] = []
    notebooks: list[Notebook] = []
    for number, (notebook, part) in enumerate(_parts(files), start=1):
        notebooks.append(notebook)
        if part is not None:
            parts.append(part)
        progress("reading files", number, len(files))
    return merging.merge(str(path), parts, notebooks)


def catalogue_files(folder: Path) -> list[Path]:
    """A folder's files and those of its folders, in the order of their names; hidden ones are left out."""
    return sorted(
        file for file in (*folder.glob("*"), *folder.glob("*/*")) if _is_catalogue_file(file, folder)
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = catalogue_files(path)
        if not found:
            raise Unreadable(None, "No catalogue file is in this folder: one ends in .yaml, .yml or .json.")
        if len(found) > FILES_MAX:
            raise Unreadable(
                None, f"More than {FILES_MAX:,} catalogue files are in this folder: import fewer at once."
            )
        return found
    if not path.exists():
        raise Unreadable(None, "There is no such file or folder.")
    if path.suffix.lower() not in _READERS:
        raise Unreadable(None, "Not a catalogue file by its name: one ends in .yaml, .yml or .json.")
    return [path]


def _is_catalogue_file(file: Path, folder: Path) -> bool:
    # Hidden files and folders are an editor's or a version control's.
    is_hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.suffix.lower() in _READERS and not is_hidden and file.is_file()


def _parts(files: list[Path]) -> Iterator[tuple[Notebook, Part | None]]:
    """What each file states; None for one that cannot be read."""
    room = SIZE_MAX
    for file in files:
        notebook = Notebook(str(file))
        try:
            content = _content(file, room)
            room -= len(content)
            yield notebook, _part(file, _text(content), notebook)
        except Unreadable as error:
            notebook.give_up(error.line, error.reason)
            yield notebook, None


def _part(file: Path, text: str, notebook: Notebook) -> Part | None:
    root = _READERS[file.suffix.lower()](text, notebook)
    if root is None:
        raise Unreadable(None, "The file is empty: fill it, or take it away.")
    return examine(root, notebook)


def _content(file: Path, room: int) -> bytes:
    if not file.is_file():
        raise Unreadable(None, "Not a regular file.")
    try:
        with file.open("rb") as stream:
            content = stream.read(room + 1)
    except OSError as error:
        raise Unreadable(None, f"Cannot be read: {error.strerror}.") from error
    if len(content) > room:
        raise Unreadable(
            None,
            f"With this file the import is larger than {SIZE_MAX // 1_000_000} MB: import in several steps.",
        )
    return content


def _text(content: bytes) -> str:
    """The text without a byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        found = "it is UTF-16" if utf_16 else f"byte 0x{content[error.start]:02X} does not belong there"
        raise Unreadable(line, f"The file is not UTF-8 ({found}): save it as UTF-8.") from error
