"""Certificates behind signatures: whether an authority that the operator trusts stands for one, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, Store, VerificationError

from portal.domain.parties import NIT
from portal.domain.same_party import folded_id
from portal.errors import SettingsError

_SETTING = "PORTAL_SIGNING_CAS"
_HOLD_IDS = (  # where Colombian authorities write the signer's NIT
    NameOID.SERIAL_NUMBER,
    NameOID.X500_UNIQUE_IDENTIFIER,  # Olimpia IT
    ObjectIdentifier("1.3.6.1.4.1.4710.1.3.2"),  # GSE
    ObjectIdentifier("1.3.6.1.4.1.23267.2.3"),  # Certicámara
)
_WRITTEN = re.compile(
    r"(?:NIT[. ]*|VATCO-)?(\d{1,15}|\d{1,3}(?:[. ]\d{3})+)( ?- ?\d)?", re.ASCII | re.IGNORECASE
)  # no blank before the last digit alone: «80019726 8» would be another's NIT
_LEAST_RSA = 2_048  # bits
_OTHER_PURPOSES = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.TIME_STAMPING}


class Authorities:
    """The certification authorities whose word on who signed the operator takes."""

    def __init__(self, certificates: Sequence[x509.Certificate]) -> None:
        self._store = Store(list(certificates))

    def stand_for(self, leaf: x509.Certificate, others: Sequence[x509.Certificate], at: datetime) -> bool:
        """Whether `leaf`, by way of `others` if need be, goes back to one of them, all valid `at` that moment.

        Whether any was revoked is not asked: that takes the network.
        """
        rules = PolicyBuilder().store(self._store).time(at).extension_policies(ee_policy=_SIGNER, ca_policy=_AUTHORITY)
        try:
            rules.build_client_verifier().verify(leaf, list(others))
        except VerificationError:
            return False
        key = leaf.public_key()
        return not isinstance(key, RSAPublicKey) or key.key_size >= _LEAST_RSA


def load_authorities(path: Path) -> Authorities:
    """The authorities whose certificates a PEM file holds. Raises SettingsError with what is wrong with the file."""
    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise _wrong(f"{path} can't be read ({error.strerror}): correct the path or its permissions.") from None
    except ValueError:
        raise _wrong(f"{path} holds no certificates in PEM (-----BEGIN CERTIFICATE-----): convert them.") from None
    for one in certificates:
        if not _certifies(one):
            said = "holds a certificate that is no certification authority's: put in that of the authority behind it"
            raise _wrong(f"{path} {said} ({one.subject.rfc4514_string()}).")
    return Authorities(certificates)


def tax_ids(certificate: x509.Certificate) -> frozenset[str]:
    """The tax ids of its holder, as `plain_id` writes them; none where its name can't be read."""
    try:
        written = [one.value for oid in _HOLD_IDS for one in certificate.subject.get_attributes_for_oid(oid)]
    except ValueError:
        return frozenset()
    texts = (one.decode("ascii", "ignore") if isinstance(one, bytes) else one for one in written)
    return frozenset(filter(None, map(plain_id, texts)))


def plain_id(written: str) -> str:
    """A Colombian tax id as digits alone, without its check digit, however it is written («NIT 800.197.268-4»).

    Empty for anything else, as a passport or a cédula that says so. Whether the check digit is right is not asked.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        return ""
    digits = re.sub(r"\D", "", found[1]).lstrip("0")
    return digits if found[2] else folded_id("CO", NIT, digits)


def _wrong(sentence: str) -> SettingsError:
    return SettingsError([f"{_SETTING}: {sentence}"])


def _certifies(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _check_certifying(_policy: Policy, _of: x509.Certificate, found: x509.KeyUsage | None) -> None:
    if found is not None and not found.key_cert_sign:
        raise ValueError("not for certificates")


def _check_signing(_policy: Policy, _of: x509.Certificate, found: x509.KeyUsage | None) -> None:
    if found is not None and not (found.digital_signature or found.content_commitment):
        raise ValueError("not for signatures")


def _check_purpose(_policy: Policy, _of: x509.Certificate, found: x509.ExtendedKeyUsage | None) -> None:
    if found is not None and set(found) <= _OTHER_PURPOSES:
        raise ValueError("for servers or clocks")


# The web's own rules (names of servers, how critical which extension is) don't hold for those who sign documents.
_SIGNER = (
    ExtensionPolicy.permit_all()
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _check_signing)
    .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _check_purpose)
)
_AUTHORITY = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _check_certifying)
)
