from datetime import timedelta
from pathlib import Path

import pytest

from portal.domain.mail_trouble import NotSent
from portal.mail.eml import EmlMailer
from tests.mail.mails import SENDER, a_mail, body, parsed


def test_a_mail_becomes_a_file_that_a_mail_program_opens(tmp_path: Path) -> None:
    message_id = EmlMailer(tmp_path / "mail", SENDER).send(a_mail())
    (file,) = (tmp_path / "mail").iterdir()
    message = parsed(file.read_bytes())
    assert message["Message-ID"] == message_id and "123456" in body(message)
    assert file.suffix == ".eml" and file.stat().st_mode & 0o077 == 0


def test_the_files_sort_by_time(tmp_path: Path) -> None:
    first = a_mail(id=99)
    sent = [
        first,
        a_mail(id=5, at=first.at + timedelta(microseconds=1)),
        a_mail(id=1, at=first.at + timedelta(days=30)),
    ]
    for mail in reversed(sent):
        EmlMailer(tmp_path, SENDER).send(mail)
    named = [parsed(file.read_bytes())["Message-ID"] for file in sorted(tmp_path.iterdir())]
    assert named == [f"<{mail.id}@clientes.example>" for mail in sent]


def test_a_mail_sent_twice_is_one_file(tmp_path: Path) -> None:
    mailer = EmlMailer(tmp_path, SENDER)
    assert mailer.send(a_mail()) == mailer.send(a_mail())
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_no_half_file_and_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NotSent, match="No space left"):
        EmlMailer(tmp_path, SENDER).send(a_mail())
    assert list(tmp_path.iterdir()) == []
