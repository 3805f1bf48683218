"""The folder of mails."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from service.inbox.store import Entry, InboxStore

MAIL = b"To: wanda@example.org\r\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fer?=\r\n\r\n\xff\x00.\r\n"


def clock(*seconds: float) -> Callable[[], float]:
    """The moments of the mails that come, in turn."""
    return iter(seconds).__next__


def test_a_mail_is_kept_as_it_came(tmp_path: Path) -> None:
    store = InboxStore(tmp_path / "new" / "inbox", now=clock(1_773_740_000.25))
    mail_id = store.save(MAIL, ["wanda@example.org", "ada@example.org"])

    assert store.read(mail_id) == MAIL
    assert store.entries() == [
        Entry(mail_id, "wanda@example.org, ada@example.org", "Größer", "2026-03-17T09:33:20.250000Z")
    ]


def test_the_newest_comes_first_even_when_the_clock_stands_or_goes_back(tmp_path: Path) -> None:
    store = InboxStore(tmp_path, now=clock(1_000.0, 1_000.0, 5.0, 2_000.0))
    ids = [store.save(MAIL, []) for _ in range(4)]

    assert ids == sorted(set(ids))
    assert [entry.id for entry in store.entries()] == ids[::-1]


def test_ids_go_on_after_a_restart(tmp_path: Path) -> None:
    first = InboxStore(tmp_path, now=clock(1_000.0)).save(MAIL, [])
    second = InboxStore(tmp_path, now=clock(1.0)).save(MAIL, [])
    assert second > first


def test_another_process_sees_what_comes_and_goes(tmp_path: Path) -> None:
    writer, reader = InboxStore(tmp_path, keep=2), InboxStore(tmp_path, keep=2)
    ids = []
    for _ in range(3):
        ids.append(writer.save(MAIL, []))
        assert [entry.id for entry in reader.entries()] == ids[-2:][::-1]

    assert reader.read(ids[0]) is None
    assert reader.read(ids[2]) == MAIL


def test_only_the_latest_are_kept_and_leftovers_go_with_the_old(tmp_path: Path) -> None:
    store = InboxStore(tmp_path, keep=3, now=clock(*range(1, 11)))
    (tmp_path / "0000000000000001.eml").write_bytes(MAIL)  # killed before its entry was written
    (tmp_path / ".0000000000000002.eml").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("not ours")
    ids = [store.save(MAIL, []) for _ in range(10)]

    assert [entry.id for entry in store.entries()] == ids[:-4:-1]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(
        ["notes.txt", *(f"{mail_id}{end}" for mail_id in ids[-3:] for end in (".eml", ".json"))]
    )


def test_a_full_disk_leaves_the_list_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = InboxStore(tmp_path)
    kept = store.save(MAIL, [])
    real = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        real(path, content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        store.save(MAIL, [])

    assert [entry.id for entry in store.entries()] == [kept]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "mail_id", ["", ".", "..", "../secret", "1", "1" * 17, "１" * 16, "/etc/passwd", "1" * 16 + "\n"]
)
def test_an_id_is_never_a_path(tmp_path: Path, mail_id: str) -> None:
    (tmp_path / "secret.eml").write_bytes(b"secret")
    assert InboxStore(tmp_path / "inbox").read(mail_id) is None


def test_a_file_of_another_name_is_no_mail(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(json.dumps({"id": "other"}))
    assert InboxStore(tmp_path).entries() == []


def test_an_inbox_keeps_at_least_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        InboxStore(tmp_path, keep=0)
