from typing import Any

import pytest
from streamlit import config

from portal.errors import SettingsError
from portal.web.hardening import FINISHED, HARDENED, check_streamlit

DEFAULTS = {name: option.default_val for name, option in config._config_options_template.items()}
LAX: dict[str, Any] = {name: not value for name, value in (HARDENED | FINISHED).items() if isinstance(value, bool)} | {
    "client.allowedOrigins": ["https://evil.example"],
    "client.showErrorDetails": "full",
    "client.toolbarMode": "developer",
    "server.corsAllowedOrigins": ["*"],
    "server.fileWatcherType": "auto",
    "server.maxUploadSize": 200,
    "server.maxWidgetStateSize": 25,
    "server.trustedUserHeaders": {},
    "server.unsafeMetricsUserAttributes": ["sid"],
}


def effective(**changed: Any) -> Any:
    return lambda name: changed.get(name, (HARDENED | FINISHED)[name])


def test_the_repositorys_own_options_pass() -> None:
    check_streamlit(production=True)


@pytest.mark.parametrize("name", LAX)
def test_a_lax_option_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match=name.replace(".", r"\.")):
        check_streamlit(True, effective(**{name: LAX[name]}))


def test_there_is_a_lax_value_for_every_option() -> None:
    assert set(LAX) == set(HARDENED | FINISHED)


def test_without_our_file_the_portal_does_not_start() -> None:
    """Streamlit's own defaults: all problems at once."""
    with pytest.raises(SettingsError) as refused:
        check_streamlit(False, DEFAULTS.__getitem__)
    for name in ("server.trustedUserHeaders", "browser.gatherUsageStats", "server.maxUploadSize"):
        assert name in str(refused.value)


def test_a_developer_may_watch_files_and_see_traces_but_not_open_a_door() -> None:
    check_streamlit(False, effective(**{name: LAX[name] for name in FINISHED}))
    for name in HARDENED:
        with pytest.raises(SettingsError):
            check_streamlit(False, effective(**{name: LAX[name]}))
