"""Who stands for a certificate, whose it is, and what an operator is told of a file that can't be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from portal.errors import SettingsError
from portal.importers.certificates import Authorities, load_authorities, plain_id, tax_ids
from tests.importers.signing import DIAN, GSE, SIGNED_AT, Certified, cast, certified, trusted_file

SERVER, CLOCK = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.TIME_STAMPING
CERTICAMARA = ObjectIdentifier("1.3.6.1.4.1.23267.2.3")


def stand(trusted: list[Certified], one: Certified) -> bool:
    return Authorities([each.certificate for each in trusted]).stand_for(one.certificate, one.along, SIGNED_AT)


def _certified_by_one_that_may_not() -> Certified:
    """By a holder whose certificate says that it may certify, and not that it is an authority's."""
    holder = certified("X", cast().below, key=6, usage="key_cert_sign")
    return replace(certified("DIAN", holder, nit=DIAN, key=7), along=(holder.certificate,))


class TestChain:
    def test_the_authority_that_issued_it_stands_for_a_certificate(self) -> None:
        assert stand([cast().below], cast().dian)
        assert stand([cast().root, cast().below], cast().dian)

    def test_one_further_up_does_if_what_is_between_came_along(self) -> None:
        assert not stand([cast().root], cast().dian)
        assert stand([cast().root], replace(cast().dian, along=(cast().below.certificate,)))

    @pytest.mark.parametrize(
        "made",
        [
            lambda: certified("DIAN", nit=DIAN, key=6),
            lambda: certified("DIAN", certified("Entidad subordinada", ca=True, key=6), nit=DIAN, key=7),
            lambda: replace(certified("DIAN", cast().provider, nit=DIAN, key=6), along=(cast().provider.certificate,)),
            _certified_by_one_that_may_not,
            lambda: certified("DIAN", cast().below, nit=DIAN, key=6, usage="key_encipherment"),
            lambda: certified("DIAN", cast().below, nit=DIAN, key=6, purposes=[SERVER, CLOCK]),
            lambda: certified("DIAN", cast().below, nit=DIAN, key=6, bits=1_024),
        ],
        ids=[
            "signed by itself",
            "an authority of the same name",
            "by somebody's certificate",
            "by one that says so",
            "not for signatures",
            "for servers and clocks alone",
            "with a key that can be broken",
        ],
    )
    def test_nobody_stands_for_what_an_attacker_makes(self, made: Callable[[], Certified]) -> None:
        assert not stand([cast().root, cast().below], made())

    def test_an_expired_certificate_or_authority_stands_for_nothing(self) -> None:
        day = timedelta(days=1)
        old = certified("DIAN", cast().below, nit=DIAN, ends=SIGNED_AT - day, key=6)
        assert not stand([cast().below], old)
        gone = certified("Entidad vencida", ca=True, ends=SIGNED_AT - day, key=6)
        assert not stand([gone], certified("DIAN", gone, nit=DIAN, key=7))

    def test_a_certificate_for_what_can_not_be_denied_later_signs_too(self) -> None:
        assert stand([cast().below], certified("X", cast().below, usage="content_commitment", key=6))

    def test_one_that_also_opens_servers_or_mail_signs_too(self) -> None:
        many = [SERVER, ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
        for purposes in (many, many[1:], many[2:]):
            assert stand([cast().below], certified("X", cast().below, purposes=purposes, key=6))


class TestHolder:
    @pytest.mark.parametrize("oid", [NameOID.SERIAL_NUMBER, NameOID.X500_UNIQUE_IDENTIFIER, GSE, CERTICAMARA])
    def test_the_tax_id_is_found_where_each_authority_writes_it(self, oid: ObjectIdentifier) -> None:
        assert tax_ids(certified("X", nit="900.100.200-9", oid=oid).certificate) == {"900100200"}

    def test_a_name_without_one_has_none(self) -> None:
        assert tax_ids(certified("NIT 800197268").certificate) == frozenset()

    @pytest.mark.parametrize(
        ("written", "plain"),
        [
            ("800197268", DIAN),
            ("800197268-4", DIAN),
            ("8001972684", DIAN),
            ("NIT 800.197.268-4", DIAN),
            ("0800197268", DIAN),
            ("VATCO-800197268", DIAN),
            ("nit 800197268 - 4", DIAN),
            ("800 197 268-4", DIAN),
            ("8001972680", "8001972680"),
            ("8001972684-1", "8001972684"),
            ("PASVE-800197268", ""),
            ("CC 80019726 8", ""),
            ("80019726 8", ""),
            ("900100200 9", ""),
            ("CC 1020304050 NIT 900100200", ""),
            ("800197268-44", ""),
            ("800.19.7268", ""),
            ("８００１９７２６８", ""),
            ("1" * 16, ""),
            ("1020304050", "1020304050"),
            ("sin número", ""),
        ],
    )
    def test_one_id_has_one_spelling(self, written: str, plain: str) -> None:
        assert plain_id(written) == plain


class TestFile:
    def test_a_file_may_hold_several(self, tmp_path: Path) -> None:
        trusted = load_authorities(trusted_file(tmp_path / "cas.pem", cast().root, cast().below))
        assert trusted.stand_for(cast().dian.certificate, (), SIGNED_AT)

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (None, "can't be read (No such file or directory)"),
            (b"", "holds no certificates in PEM"),
            (b"\x30\x82\x01\x02", "holds no certificates in PEM"),
            (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificates in PEM"),
            (cast().dian.pem, "no certification authority's: put in that of the authority behind it"),
        ],
    )
    def test_one_that_can_not_be_used_is_told_by_name(
        self, tmp_path: Path, content: bytes | None, sentence: str
    ) -> None:
        path = tmp_path / "cas.pem"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(SettingsError) as caught:
            load_authorities(path)
        (problem,) = caught.value.problems
        assert problem.startswith(f"PORTAL_SIGNING_CAS: {path}") and sentence in problem
