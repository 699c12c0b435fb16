import socket
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from tests import services


def rows(url: str, query: bytes) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


def test_redis_is_there_and_keeps_an_append_only_file(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("save") == {"save": ""}


def test_redis_is_gone_after_its_block(tmp_path: Path) -> None:
    with services.redis_server(tmp_path) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("_", range(2))
def test_each_test_has_a_postgres_database_of_its_own(postgres_url: str, _: int) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    assert rows(postgres_url, b"SELECT count(*) FROM mine") == [(0,)]
    assert rows(postgres_url, b"SHOW fsync") == [("off",)]


class TestTemplates:
    @pytest.fixture(scope="class")
    @classmethod
    def postgres_template(cls, postgres_server: str) -> str:
        address = postgres_server.replace("+psycopg", "")
        with psycopg.connect(f"{address}/postgres", autocommit=True) as admin:
            admin.execute("DROP DATABASE IF EXISTS furnished")
            admin.execute("CREATE DATABASE furnished")
        with psycopg.connect(f"{address}/furnished") as connection:
            connection.execute("CREATE TABLE chair AS SELECT 4 AS legs")
        return "furnished"

    def test_a_package_may_give_its_tests_copies_of_a_furnished_database(self, postgres_url: str) -> None:
        assert rows(postgres_url, b"SELECT legs FROM chair") == [(4,)]


def test_chromium_can_be_run(chromium: str) -> None:
    assert Path(chromium).is_file()


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_what_is_not_installed_skips_at_home_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(outcome, match="apt-get install chromium"):
        services.chromium_path()


def test_samples_and_schemas_lie_beside_each_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "xsd").mkdir()
    monkeypatch.setenv("PORTAL_SAMPLES", str(tmp_path / "samples"))
    assert services.beside("samples") == tmp_path / "samples"
    assert services.beside("xsd") == tmp_path / "xsd"


@pytest.mark.parametrize(
    ("ci", "named", "outcome"),
    [("", "", pytest.skip.Exception), ("true", "", pytest.skip.Exception), ("true", "x", pytest.fail.Exception)],
)
def test_absent_samples_fail_only_where_ci_was_told_of_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: str, named: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr(services, "ROOT", tmp_path / "checkout")
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PORTAL_SAMPLES", named and str(tmp_path / named))
    with pytest.raises(outcome, match="PORTAL_SAMPLES"):
        services.beside("samples")


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com", b"example.com"])
def test_no_test_can_leave_this_machine(host: str) -> None:
    with pytest.raises(RuntimeError, match="this machine only"):
        socket.create_connection((host, 80))


@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_no_socket_of_a_test_can_leave_this_machine(way: str) -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match="this machine only"):
        getattr(client, way)(("192.0.2.1", 80))
