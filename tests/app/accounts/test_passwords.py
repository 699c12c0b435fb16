"""B8: which passwords are taken, and what is kept of them."""

import bcrypt
import pytest
from streamlit_authenticator.utilities.hasher import Hasher

from portal.app.accounts import passwords
from portal.app.accounts.passwords import check_new_password, common_passwords, dummy_hash, fits, hash_new_password
from portal.domain.passwords import prehash
from portal.errors import Refused

EMAIL = "ana.pena@empresa.example"


@pytest.mark.parametrize(
    "password",
    ["dos gatos", "ñandú con ñame", "🐎🔋📎✅🐎🔋📎✅", "xxxxxxxy", "kjhwqeuz", "contraseña de mi abuela",
     "密码密码密码密码吗", "y z" * 42],
)  # fmt: skip
def test_any_characters_make_a_password(password: str) -> None:
    assert fits(password, hash_new_password(password, EMAIL))


@pytest.mark.parametrize("password", ["", "corta", "  corta  ", "x" * 129, "\u00a0corta12"])
def test_eight_to_128_characters(password: str) -> None:
    with pytest.raises(Refused, match="entre 8 y 128"):
        check_new_password(password, EMAIL)


@pytest.mark.parametrize("password", [EMAIL, EMAIL.upper(), "Ana.Pena", " ana.pena "])
def test_the_address_is_no_password(password: str) -> None:
    with pytest.raises(Refused, match="tu correo"):
        check_new_password(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    ["12345678", "password", "Password1", "qwertyuiop", "iloveyou", "1q2w3e4r", "contraseña", "contraseña123",
     "colombia2024", "teamomucho", "nacional123", "Bienvenido1", "aaaaaaaa", "abcdefgh", "1qaz2wsx", "facturacion1",
     "ｐａｓｓｗｏｒｄ"],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(Refused, match="se prueban primero"):
        check_new_password(password, EMAIL)


def test_the_list_is_long_and_every_one_of_it_is_refused() -> None:
    listed = common_passwords()
    assert len(listed) >= 3_000 and all(len(one) >= 8 and one == one.lower() for one in listed)
    for one in listed:
        with pytest.raises(Refused):
            check_new_password(one, EMAIL)


def test_every_character_of_a_long_password_counts() -> None:
    long = "palabra " * 15
    stored = hash_new_password(long + "uno", EMAIL)
    assert fits(long + "uno", stored) and not fits(long + "dos", stored)


def test_one_password_on_two_keyboards_is_the_same() -> None:
    assert fits("  n\u0303andu\u0301 con cafe ", hash_new_password("ñandú con cafe", EMAIL))
    assert not fits("Ñandú con cafe", hash_new_password("ñandú con cafe", EMAIL))


def test_the_usual_hasher_reads_what_is_stored() -> None:
    stored = hash_new_password("caballo grapa", EMAIL)
    assert Hasher.check_pw(prehash("caballo grapa"), stored) and not Hasher.check_pw(prehash("caballo"), stored)


def test_the_house_hashes_with_twelve_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert passwords.ROUNDS == 12 and hash_new_password("caballo grapa", EMAIL).startswith("$2b$12$")


def test_no_password_fits_the_dummy_and_it_asks_for_the_same_work() -> None:
    dummy, real = dummy_hash(4), hash_new_password("caballo grapa", EMAIL)
    assert len(dummy) == len(real) == 60 and dummy[:7] == real[:7]
    assert not fits("", dummy) and not fits("caballo grapa", dummy)
    assert bcrypt.hashpw(b"x", dummy.encode())[:29] == dummy[:29].encode()  # the salt is one that bcrypt reads
