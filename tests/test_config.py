import base64
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest

from portal.config import Settings, ensure_secret
from portal.errors import SettingsError

KEY = "k" * 44
PRODUCTION = {
    "PORTAL_ENV": "production",
    "PORTAL_BASE_URL": "https://portal.example.com",
    "PORTAL_SECRET_KEY": KEY,
    "PORTAL_REDIS_URL": "redis://queue:6379/0",
    "PORTAL_SMTP_URL": "smtps://mailer:pass-word@mail.example.com:465",
    "PORTAL_MAIL_FROM": "Portal <portal@example.com>",
}
DOCS = Path(__file__).parents[1] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.load(environ)
    return caught.value.problems


def test_without_any_variable_the_portal_runs_on_this_machine_only(tmp_path: Path) -> None:
    settings = Settings.load({})
    assert (settings.env, settings.host, settings.port) == ("development", "127.0.0.1", 8501)
    assert settings.base_url == "http://localhost:8501"
    assert not settings.secure
    assert settings.home == tmp_path / "data/var"
    assert settings.redis_url is settings.smtp_url is settings.imap_url is None


def test_addresses_follow_the_home_and_the_port_unless_given() -> None:
    settings = Settings.load({"PORTAL_HOME": "/srv/portal", "PORTAL_PORT": "9000"})
    assert settings.database_url == "sqlite:////srv/portal/ledger.sqlite"
    assert settings.files_url == "file:///srv/portal/files"
    assert settings.base_url == "http://localhost:9000"
    assert (settings.views_dir, settings.mail_dir) == (Path("/srv/portal/views"), Path("/srv/portal/mail"))
    assert Settings.load({"PORTAL_FILES_URL": "s3://bucket/prefix"}).files_url == "s3://bucket/prefix"


def test_the_environment_wins_over_the_file_and_empty_counts_as_not_set() -> None:
    Path("portal.toml").write_text('PORTAL_PORT = 9000\nPORTAL_HOST = "::1"\nPORTAL_MAIL_TO_FILES = true\n')
    settings = Settings.load({"PORTAL_PORT": "9001", "PORTAL_HOST": ""})
    assert (settings.port, settings.host, settings.mail_to_files) == (9001, "::1", True)


def test_the_process_environment_is_read_when_none_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PORT", "9100")
    assert Settings.load().port == 9100
    assert Settings().port == 8501


def test_a_file_that_is_not_toml_is_one_plain_sentence() -> None:
    Path("portal.toml").write_text("PORTAL_PORT: 9000\n")
    (problem,) = problems({})
    assert problem.startswith("portal.toml can't be read")


def test_all_problems_are_told_at_once_and_name_variable_and_remedy() -> None:
    told = problems({"PORTAL_PORT": "70000", "PORTAL_DATABASE_URL": "mysql://x", "PORTAL_ENV": "production"})
    assert [sentence.split()[0] for sentence in told] == [
        "PORTAL_PORT",
        "PORTAL_DATABASE_URL",
        "PORTAL_BASE_URL",
        "PORTAL_SECRET_KEY",
        "PORTAL_REDIS_URL",
        "PORTAL_SMTP_URL",
    ]
    assert told[0] == "PORTAL_PORT must be a port number from 1 to 65535."


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORTAL_ENV", "prod"),
        ("PORTAL_PORT", "0"),
        ("PORTAL_BASE_URL", "portal.example.com"),
        ("PORTAL_BASE_URL", "https://portal.example.com/portal"),
        ("PORTAL_BASE_URL", "https://"),
        ("PORTAL_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
        ("PORTAL_DATABASE_URL", "sqlite://"),
        ("PORTAL_DATABASE_URL", "postgresql://db/portal"),
        ("PORTAL_REDIS_URL", "localhost:6379"),
        ("PORTAL_REDIS_URL", "redis://localhost:port"),
        ("PORTAL_FILES_URL", "file://files"),
        ("PORTAL_FILES_URL", "s3:///prefix"),
        ("PORTAL_SMTP_URL", "smtp:///"),
        ("PORTAL_IMAP_URL", "pop3://mail.example.com"),
        ("PORTAL_MAIL_FROM", "portal"),
        ("PORTAL_MAIL_TO_FILES", "perhaps"),
        ("PORTAL_SECRET_KEY", "short"),
        ("PORTAL_SECRET_KEY_PREVIOUS", " " * 40),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence_that_names_the_variable(variable: str, value: str) -> None:
    (problem,) = problems({variable: value})
    assert re.fullmatch(rf"{variable} must be .+\.", problem)


@pytest.mark.parametrize("missing", sorted(PRODUCTION.keys() - {"PORTAL_ENV", "PORTAL_MAIL_FROM"}))
def test_production_refuses_to_start_without_each_of_its_settings(missing: str) -> None:
    (problem,) = problems({k: v for k, v in PRODUCTION.items() if k != missing})
    assert problem.startswith(missing)
    assert problem.endswith("(PORTAL_ENV=production).")


def test_production_starts_when_all_is_given() -> None:
    settings = Settings.load(PRODUCTION)
    assert settings.is_production
    assert settings.secure


def test_production_refuses_plain_http_and_proxies_that_are_everybody() -> None:
    assert problems(PRODUCTION | {"PORTAL_BASE_URL": "http://portal.example.com"})[0].startswith("PORTAL_BASE_URL")
    assert problems(PRODUCTION | {"PORTAL_TRUSTED_PROXIES": "::/0"})[0].startswith("PORTAL_TRUSTED_PROXIES")


def test_production_may_write_mails_to_files_if_asked_to() -> None:
    without = {k: v for k, v in PRODUCTION.items() if k not in ("PORTAL_SMTP_URL", "PORTAL_MAIL_FROM")}
    assert Settings.load(without | {"PORTAL_MAIL_TO_FILES": "1"}).smtp_url is None


def test_a_mail_server_needs_a_sender() -> None:
    (problem,) = problems({"PORTAL_SMTP_URL": "smtp://mail.example.com"})
    assert problem.startswith("PORTAL_MAIL_FROM must be set")


def test_a_slip_in_a_name_is_told_and_foreign_variables_are_left_alone() -> None:
    assert problems({"PORTAL_BASEURL": "x"}) == ["PORTAL_BASEURL is not a setting: did you mean PORTAL_BASE_URL?"]
    assert Settings.load({"PORTAL_SAMPLES": "/samples", "PATH": "/bin"}).port == 8501


def test_an_unknown_key_in_the_file_is_told() -> None:
    Path("portal.toml").write_text("colour = 1\n")
    (problem,) = problems({})
    assert problem.startswith("PORTAL_COLOUR is not a setting: take it away")


def test_trusted_proxies_are_addresses_and_networks() -> None:
    settings = Settings.load({"PORTAL_TRUSTED_PROXIES": "10.0.0.7, 192.168.1.9/24 fd00::/8"})
    assert settings.trusted_proxies == tuple(map(ip_network, ("10.0.0.7", "192.168.1.0/24", "fd00::/8")))


def test_sign_in_providers_are_grouped_by_name() -> None:
    prefix = "PORTAL_OIDC_MI_EMPRESA_"
    discovery = "https://id.example.com/.well-known/openid-configuration"
    given = {prefix + "CLIENT_ID": "portal", prefix + "CLIENT_SECRET": "hush-hush", prefix + "DISCOVERY_URL": discovery}
    client = Settings.load(given).oidc["mi_empresa"]
    assert (client.client_id, client.client_secret, client.discovery_url) == ("portal", "hush-hush", discovery)


def test_half_a_sign_in_provider_is_told_by_its_missing_variables() -> None:
    told = problems({"PORTAL_OIDC_GOOGLE_CLIENT_ID": "portal", "PORTAL_OIDC_GOOGLE_SECRET": "x"})
    names = [sentence.split()[0].removeprefix("PORTAL_OIDC_GOOGLE_") for sentence in told]
    assert names == ["CLIENT_SECRET", "DISCOVERY_URL", "SECRET"]


def test_secrets_are_never_printed() -> None:
    secrets = {
        **PRODUCTION,
        "PORTAL_DATABASE_URL": "postgresql+psycopg://portal:pass-word@db/portal",
        "PORTAL_REDIS_URL": "redis://:pass-word@queue:6379/0",
        "PORTAL_IMAP_URL": "imaps://box:pass-word@mail.example.com",
        "PORTAL_OIDC_X_CLIENT_ID": "portal",
        "PORTAL_OIDC_X_CLIENT_SECRET": "pass-word",
        "PORTAL_OIDC_X_DISCOVERY_URL": "https://id.example.com",
    }
    printed = (
        repr(Settings.load(secrets))
        + str(Settings.load(secrets))
        + "".join(problems(secrets | {"PORTAL_DATABASE_URL": "mysql://pass-word"}))
    )
    assert "pass-word" not in printed
    assert KEY not in printed


def test_settings_can_not_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.load({}).port = 1


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = ensure_secret(tmp_path / "home")
    assert len(base64.b64decode(key, validate=True)) == 32
    assert ensure_secret(tmp_path / "home") == key
    (file,) = (tmp_path / "home").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(ensure_secret, [tmp_path] * 64))) == 1


@pytest.mark.parametrize(("content", "mode", "remedy"), [("k" * 31, 0o600, "characters"), (KEY, 0o644, "chmod 600")])
def test_an_unsafe_key_file_is_refused(tmp_path: Path, content: str, mode: int, remedy: str) -> None:
    (tmp_path / "secret_key").write_text(content)
    (tmp_path / "secret_key").chmod(mode)
    with pytest.raises(SettingsError, match=remedy):
        ensure_secret(tmp_path)


def test_the_given_key_comes_first_then_the_previous_one(tmp_path: Path) -> None:
    rotated = Settings(home=tmp_path, secret_key=KEY, secret_key_previous="p" * 32)
    assert rotated.keys() == (KEY.encode(), b"p" * 32)
    assert Settings(home=tmp_path).keys() == (ensure_secret(tmp_path),)


def test_the_page_of_settings_names_every_setting_and_its_default() -> None:
    rows = dict(re.findall(r"^\| (`PORTAL_\w+)[^|]*\| `?([^|`]*)`? \|", DOCS.read_text(), flags=re.M))
    fields = {"`PORTAL_" + name.upper(): field for name, field in Settings.model_fields.items()}
    assert {row.replace("OIDC_", "OIDC") for row in rows} == fields.keys()
    for variable, field in fields.items():
        default = rows.get(variable) or rows[variable + "_"]
        if isinstance(field.default, str | int | Path) and not isinstance(field.default, bool):
            assert default == str(field.default)
        elif field.default_factory is dict or field.default is None or field.default == ():
            assert default in ("none", "made on first run")
