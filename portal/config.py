"""The portal's settings: read once from the environment and `portal.toml`, checked, then frozen.

docs/settings.md is the table for people; a test keeps it equal to the fields below.
"""

from __future__ import annotations

import base64
import contextlib
import difflib
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from portal.errors import SettingsError

PREFIX = "PORTAL_"
SETTINGS_FILE = "portal.toml"
SECRET_LENGTH = 32
CLOSE = 0.85  # how alike two names must be for one to be a slip of the other
Network = IPv4Network | IPv6Network
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9.-]{1,180}", re.ASCII)  # a tag of 42 characters comes to it
OIDC = "PORTAL_OIDC_"
OIDC_KEYS = ("CLIENT_ID", "CLIENT_SECRET", "DISCOVERY_URL")


def setting(default: Any, expects: str, *, secret: bool = False) -> Any:
    """A field whose refusal reads "NAME must be {expects}"; `secret` keeps its value out of repr and logs."""
    source = {"default_factory": default} if callable(default) else {"default": default}
    return Field(**source, json_schema_extra={"expects": expects}, repr=not secret)


def _address(*schemes: str) -> Callable[[str], str]:
    def check(url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in schemes or parts.port == 0 or not (parts.netloc or parts.path.strip("/")):
            raise ValueError(url)
        return url

    return check


def _public_address(url: str) -> str:
    parts = urlsplit(_address("http", "https")(url))
    if not parts.hostname or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(url)
    return url.rstrip("/")


def _file_store(url: str) -> str:
    parts = urlsplit(_address("file", "s3")(url))
    if bool(parts.netloc) != (parts.scheme == "s3"):
        raise ValueError(url)
    return url


def _mail_server(url: str) -> str:
    if not urlsplit(url).hostname:
        raise ValueError(url)
    return url


def _sender(text: str) -> str:
    if not all(parseaddr(text)[1].partition("@")):
        raise ValueError(text)
    return text


def _reply_address(text: str) -> str:
    if not _PLAIN.fullmatch(text.strip()):
        raise ValueError(text)
    return text.strip().lower()


def _networks(given: object) -> object:
    parts = given.replace(",", " ").split() if isinstance(given, str) else given
    return tuple(ip_network(str(part), strict=False) for part in parts) if isinstance(parts, list) else parts


def _secret(key: str) -> str:
    if len(key.strip()) < SECRET_LENGTH:
        raise ValueError(key)
    return key.strip()


Secret = Annotated[str, AfterValidator(_secret)]
MailServer = AfterValidator(_mail_server)


class OidcClient(BaseModel):
    """One sign-in provider (OpenID Connect) and the portal's registration with it."""

    model_config = ConfigDict(frozen=True)

    client_id: Annotated[str, setting(..., "the client id that the sign-in provider gave you")]
    client_secret: Annotated[str, setting(..., "the client secret that the sign-in provider gave you", secret=True)]
    discovery_url: Annotated[
        str,
        AfterValidator(_address("https", "http")),
        setting(..., "the provider's discovery address, ending in /.well-known/openid-configuration"),
    ]


class Settings(BaseModel):
    """Every setting of the portal. Build it with `load`; tests may pass fields by name."""

    model_config = ConfigDict(
        alias_generator=AliasGenerator(validation_alias=lambda name: PREFIX + name.upper()),
        frozen=True,
        extra="forbid",
        validate_default=True,
        hide_input_in_errors=True,
    )

    home: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = setting(
        Path("data/var"), "a directory that the portal may write to"
    )
    env: Literal["development", "production"] = setting("development", "development or production")
    host: str = setting("127.0.0.1", "an address of this machine, for example 127.0.0.1 or 0.0.0.0")
    port: Annotated[int, Field(ge=1, le=65535)] = setting(8501, "a port number from 1 to 65535")
    base_url: Annotated[str, AfterValidator(_public_address)] = setting(
        lambda given: f"http://localhost:{given['port']}",
        "the portal's public address without a path, for example https://portal.example.com",
    )
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(_networks)] = setting(
        (), "IP addresses or networks separated by commas, for example 10.0.0.0/8, 192.168.1.5"
    )
    database_url: Annotated[str, AfterValidator(_address("sqlite", "postgresql+psycopg"))] = setting(
        lambda given: f"sqlite:///{given['home']}/ledger.sqlite",
        "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE",
        secret=True,
    )
    redis_url: Annotated[str, AfterValidator(_address("redis", "rediss", "unix"))] | None = setting(
        None, "redis://HOST:PORT/NUMBER, or be left out to run jobs in-process", secret=True
    )
    files_url: Annotated[str, AfterValidator(_file_store)] = setting(
        lambda given: f"file://{given['home']}/files", "file:///DIRECTORY or s3://BUCKET/PREFIX", secret=True
    )
    inbox: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = setting(
        lambda given: Path(given["home"]) / "inbox", "a directory with a folder for each issuer, named by its tax id"
    )
    smtp_url: Annotated[str, AfterValidator(_address("smtp", "smtps")), MailServer] | None = setting(
        None, "smtp://USER:PASSWORD@HOST:PORT or smtps://…", secret=True
    )
    mail_from: Annotated[str, AfterValidator(_sender)] | None = setting(
        None, "an e-mail address, for example Portal <portal@example.com>"
    )
    mail_to_files: bool = setting(False, "1 or 0")
    imap_url: Annotated[str, AfterValidator(_address("imap", "imaps")), MailServer] | None = setting(
        None, "imaps://USER:PASSWORD@HOST:PORT", secret=True
    )
    reply_address: Annotated[str, AfterValidator(_reply_address)] | None = setting(
        None, "a plain e-mail address of a mailbox that takes +tags, for example respuestas@portal.example.com"
    )
    reply_secret: Secret | None = setting(
        None, f"at least {SECRET_LENGTH} characters, for example from `openssl rand -base64 32`", secret=True
    )
    mail_authserv: str | None = setting(None, "the name by which your receiving mail server signs what it checked")
    signing_cas: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] | None = setting(
        None, "a file with certificates of certification authorities in PEM"
    )
    oidc: dict[str, OidcClient] = setting(dict, "a table of sign-in providers")
    secret_key: Secret | None = setting(
        None, f"at least {SECRET_LENGTH} characters, for example from `openssl rand -base64 32`", secret=True
    )
    secret_key_previous: Secret | None = setting(
        None, f"the former PORTAL_SECRET_KEY, at least {SECRET_LENGTH} characters", secret=True
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings of `environ` (the process's by default) over those of `portal.toml` in the current directory.

        Empty variables count as not set. Raises SettingsError with one sentence per problem, all at once.
        """
        variables = {k: v for k, v in (os.environ if environ is None else environ).items() if v and _meant_for_us(k)}
        return cls(**_settings_file() | variables)

    @model_validator(mode="wrap")
    @classmethod
    def _all_problems_at_once(cls, data: dict[str, Any], handler: ModelWrapValidatorHandler[Self]) -> Self:
        data = _with_oidc_tables({_variable(name): value for name, value in data.items()})
        problems: dict[str, str] = {}
        try:
            settings = handler(data)
        except ValidationError as error:
            problems = dict(_field_problems(error))
            wrong = {detail["loc"][0] for detail in error.errors()}
            settings = handler({variable: value for variable, value in data.items() if variable not in wrong})
        for variable, problem in settings._combination_problems():
            problems.setdefault(variable, problem)
        if problems:
            raise SettingsError(list(problems.values()))
        return settings

    def _combination_problems(self) -> Iterator[tuple[str, str]]:
        if self.smtp_url and not self.mail_from:
            yield "PORTAL_MAIL_FROM", "PORTAL_MAIL_FROM must be set with PORTAL_SMTP_URL: the portal's sender address."
        if self.is_production:
            yield from self._lax_in_production()

    def _lax_in_production(self) -> Iterator[tuple[str, str]]:
        for wrong, variable, remedy in (
            (not self.secure, "PORTAL_BASE_URL", "must be the public https:// address"),
            (not self.secret_key, "PORTAL_SECRET_KEY", "must be set (make one with `openssl rand -base64 32`)"),
            (not self.redis_url, "PORTAL_REDIS_URL", "must be set: jobs that run in-process are for development"),
            (
                not (self.smtp_url or self.mail_to_files),
                "PORTAL_SMTP_URL",
                "must be set, or PORTAL_MAIL_TO_FILES=1 if mails shall only be written to files",
            ),
            (
                any(not network.prefixlen for network in self.trusted_proxies),
                "PORTAL_TRUSTED_PROXIES",
                "must name your proxies, not every address",
            ),
        ):
            if wrong:
                yield variable, f"{variable} {remedy} (PORTAL_ENV=production)."

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def secure(self) -> bool:
        """Whether people come by https: decides cookie flags and HSTS."""
        return self.base_url.startswith("https://")

    @property
    def views_dir(self) -> Path:
        """Where each process keeps its copy of the views; safe to delete."""
        return self.home / "views"

    @property
    def mail_dir(self) -> Path:
        """Where mails are written as `.eml` while there is no mail server."""
        return self.home / "mail"

    def keys(self) -> tuple[bytes, ...]:
        """The keys that sign and encrypt, the present one first; makes the present one if none was ever given."""
        present = self.secret_key.encode() if self.secret_key else ensure_secret(self.home)
        return (present, self.secret_key_previous.encode()) if self.secret_key_previous else (present,)


def ensure_secret(home: Path) -> bytes:
    """The key in `home`/secret_key (0600), made of 32 random bytes in base64 on the first run.

    Processes that start together get the same key. Raises SettingsError if the file is not safe to use.
    """
    path = home / "secret_key"
    home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, base64.b64encode(secrets.token_bytes(32)))
    if path.stat().st_mode & 0o077:
        raise SettingsError([f"{path} must be readable by its owner only: run `chmod 600 {path}`."])
    key = path.read_bytes().strip()
    if len(key) < SECRET_LENGTH:
        raise SettingsError([f"{path} must hold at least {SECRET_LENGTH} characters: put the right key back."])
    return key


def _write_once(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def _settings_file() -> dict[str, Any]:
    try:
        return tomllib.loads(Path(SETTINGS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError([f"{SETTINGS_FILE} can't be read ({error}): correct it or take it away."]) from None


def _known() -> list[str]:
    return [_variable(name) for name in Settings.model_fields]


def _variable(name: str) -> str:
    return name if name.startswith(PREFIX) else PREFIX + name.upper()


def _meant_for_us(variable: str) -> bool:
    """Settings and near misses of one (a typo must be told); other PORTAL_ variables belong to someone else."""
    if not variable.startswith(PREFIX):
        return False
    return variable.startswith(OIDC) or bool(difflib.get_close_matches(variable, _known(), cutoff=CLOSE))


def _with_oidc_tables(data: Mapping[str, Any]) -> dict[str, Any]:
    """`PORTAL_OIDC_GOOGLE_CLIENT_ID = x` becomes `PORTAL_OIDC = {google: {client_id: x}}`."""
    folded: dict[str, Any] = {}
    clients: dict[str, dict[str, Any]] = {}
    for variable, value in data.items():
        key = next((key for key in OIDC_KEYS if variable.endswith("_" + key)), "")
        name = variable.removeprefix(OIDC).removesuffix("_" + key)
        if key and name and variable.startswith(OIDC):
            clients.setdefault(name.lower(), {})[key.lower()] = value
        else:
            folded[variable] = value
    return folded | ({"PORTAL_OIDC": clients} if clients else {})


def _field_problems(error: ValidationError) -> Iterator[tuple[str, str]]:
    for detail in error.errors(include_input=False, include_url=False):
        path = [str(part) for part in detail["loc"]]
        variable = "_".join([path[0], *(part.upper() for part in path[1:])])
        if detail["type"] == "extra_forbidden":
            yield variable, f"{variable} is not a setting: {_meant(variable)}"
        elif detail["type"] != "default_factory_not_called":
            yield variable, f"{variable} must be {_expects(path)}."


def _meant(variable: str) -> str:
    if variable.startswith(OIDC):
        return f"a sign-in provider has {OIDC}NAME_CLIENT_ID, …_CLIENT_SECRET and …_DISCOVERY_URL."
    close = difflib.get_close_matches(variable, _known(), n=1, cutoff=CLOSE)
    return f"did you mean {close[0]}?" if close else "take it away, or see docs/settings.md."


def _expects(path: list[str]) -> str:
    nested = len(path) == 3
    field = OidcClient.model_fields[path[2]] if nested else Settings.model_fields[path[0].removeprefix(PREFIX).lower()]
    return str(field.json_schema_extra["expects"]) if isinstance(field.json_schema_extra, dict) else ""
