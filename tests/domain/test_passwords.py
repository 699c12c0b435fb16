import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.passwords import LEAST, MOST, password_problem, prehash, spelt


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_one_spelling_of_one_password(password: str) -> None:
    assert spelt(spelt(password)) == spelt(password)
    assert prehash(f" {unicodedata.normalize('NFD', password)}\n") == prehash(password)


@given(st.text(max_size=200))
def test_bcrypt_is_given_44_plain_characters(password: str) -> None:
    assert len(prehash(password)) == 44 and prehash(password).isascii()


@given(st.text(max_size=200))
def test_only_length_the_address_and_the_list_matter(password: str) -> None:
    stated = spelt(password)
    poor = not LEAST <= len(stated) <= MOST or stated.lower() in ("anapena@x.example", "anapena", "12345678")
    assert (password_problem(password, "AnaPena@x.example", {"12345678"}) is not None) is poor
