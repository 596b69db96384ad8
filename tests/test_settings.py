"""Settings: strict about names and types, and silent about secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from osac_share.cli import cli
from osac_share.kernel.errors import Misconfigured
from osac_share.settings import SECRET_LENGTH, load_settings, secret_file

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.settings import Settings

KEY = "a key that only the tests know and nobody else"


def read(tmp_path: Path, text: str = "", **environ: str) -> Settings:
    file = tmp_path / "osac.toml"
    file.write_text(text)
    return load_settings(
        {"OSAC_CONFIG": str(file), "OSAC_DATA_DIR": str(tmp_path / "data"), **environ}
    )


def test_defaults_do_without_any_environment() -> None:
    settings = load_settings({})
    assert settings.web.port == 8000
    assert settings.database_url == "sqlite:///var/osac.db"


def test_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    settings = read(tmp_path, "[web]\nport = 9001\nworkers = 3", OSAC_WEB_PORT="9002")
    assert (settings.web.port, settings.web.workers, settings.web.threads) == (9002, 3, 4)


def test_port_of_the_platform_wins_over_all(tmp_path: Path) -> None:
    assert read(tmp_path, OSAC_WEB_PORT="9002", PORT="9003").web.port == 9003
    assert read(tmp_path, OSAC_WEB_PORT="9002", PORT="").web.port == 9002


def test_database_can_be_somewhere_else(tmp_path: Path) -> None:
    address = "postgresql://osac@db.example.org/osac"
    assert read(tmp_path, OSAC_DATABASE_URL=address).database_url == address


@pytest.mark.parametrize(
    "variable",
    ["OSAC_WEB_PROT", "OSAC_NONSENSE", "OSAC_", "OSAC_WEB", "OSAC_CONFIG_FILE", "OSAC_CONFIGURE"],
)
def test_misspelled_variable_stops_the_start_and_is_named(tmp_path: Path, variable: str) -> None:
    with pytest.raises(Misconfigured, match=variable):
        read(tmp_path, **{variable: "1"})


@pytest.mark.parametrize("variable", ["OSAC_TEST_PG_URL", "OSAC_TEST_CRASH", "OTHER_WEB_PORT"])
def test_variables_that_are_no_settings_are_left_alone(tmp_path: Path, variable: str) -> None:
    assert read(tmp_path, **{variable: "1"}).web.port == 8000


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[web]\nprot = 1", "web.prot"),
        ("[wbe]\nport = 1", "wbe.port"),
        ("port = 1", "port"),
        ("web = 1", "web"),
        ("[[web]]\nport = 1", "web"),
        ("[web", "not valid TOML"),
        ("[web]\nport = 1\nport = 2", "not valid TOML"),
    ],
)
def test_file_with_a_slip_stops_the_start_and_is_named(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(Misconfigured, match=named) as refusal:
        read(tmp_path, text)
    assert "osac.toml" in refusal.value.message


def test_file_that_is_not_text_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "osac.toml"
    file.write_bytes(b"\xff\xfe\x00[")
    with pytest.raises(Misconfigured, match="not valid TOML"):
        load_settings({"OSAC_CONFIG": str(file)})


@pytest.mark.parametrize("name", ["absent.toml", ""])
def test_file_that_cannot_be_read_stops_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_settings({"OSAC_CONFIG": str(tmp_path / name)})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OSAC_WEB_PORT", "eight thousand"),
        ("OSAC_WEB_PORT", "65536"),
        ("OSAC_WEB_PORT", "-1"),
        ("OSAC_WEB_WORKERS", "0"),
        ("OSAC_SESSIONS_IDLE_MINUTES", "0"),
        ("OSAC_SITE_DEMO", "perhaps"),
        ("OSAC_SITE_COUNCIL_LABEL", "Club"),
        ("OSAC_PUBLIC_URL", "portal.example.org"),
        ("OSAC_PUBLIC_URL", "ftp://share.example.org"),
        ("OSAC_PUBLIC_URL", "https://:443"),
        ("OSAC_PUBLIC_URL", "https://[::1"),
    ],
)
def test_value_of_the_wrong_kind_is_refused_by_name_and_not_repeated(
    tmp_path: Path, variable: str, value: str
) -> None:
    with pytest.raises(Misconfigured, match=variable) as refusal:
        read(tmp_path, **{variable: value})
    assert value not in refusal.value.message


def test_address_of_the_site_loses_its_last_slash(tmp_path: Path) -> None:
    public = read(tmp_path, OSAC_PUBLIC_URL="https://share.example.org/").public
    assert public.url == "https://share.example.org"
    assert public.is_secure
    assert not read(tmp_path).public.is_secure


def test_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    settings = read(tmp_path, OSAC_SECRET_KEY_FILE=str(tmp_path / "key"))
    assert settings.require_secret() == KEY


def test_every_setting_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("smtp://user:pw@mail.example.org\n")
    settings = read(tmp_path, OSAC_MAIL_URL_FILE=str(tmp_path / "mail"))
    assert settings.mail.url == "smtp://user:pw@mail.example.org"


def test_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"OSAC_SECRET_KEY_FILE names .*/nowhere"):
        read(tmp_path, OSAC_SECRET_KEY_FILE=str(tmp_path / "nowhere"))


def test_secret_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff" * 40)
    with pytest.raises(Misconfigured, match="OSAC_SECRET_KEY_FILE"):
        read(tmp_path, OSAC_SECRET_KEY_FILE=str(tmp_path / "key"))


def test_key_kept_in_the_data_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    secret_file(tmp_path / "data").write_text(KEY + "\n")
    assert read(tmp_path).require_secret() == KEY
    assert read(tmp_path, OSAC_SECRET_KEY="k" * SECRET_LENGTH).secret.key == "k" * SECRET_LENGTH


def test_program_without_a_secret_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="OSAC_SECRET_KEY"):
        read(tmp_path).require_secret()


def test_short_secret_is_refused_and_not_repeated(tmp_path: Path) -> None:
    short = "s3cr3t-" * 4
    with pytest.raises(Misconfigured, match="OSAC_SECRET_KEY") as refusal:
        read(tmp_path, OSAC_SECRET_KEY=short).require_secret()
    assert "s3cr3t" not in refusal.value.message


def test_settings_cannot_be_changed_and_say_no_secret_when_printed(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        OSAC_SECRET_KEY=KEY,
        OSAC_DATABASE_URL="postgresql://osac:s3cr3t@db.example.org/osac",
        OSAC_MAIL_URL="smtp://osac:s3cr3t@mail.example.org",
    )
    with pytest.raises(ValidationError, match="frozen"):
        settings.web.port = 1
    assert KEY not in repr(settings)
    assert "s3cr3t" not in repr(settings)


def test_command_prints_what_is_in_force_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {
        "OSAC_DATA_DIR": str(tmp_path),
        "OSAC_SECRET_KEY": KEY,
        "OSAC_DATABASE_URL": "postgresql://osac:s3cr3t@db.example.org/osac?password=s3cr3t",
        "OSAC_MAIL_URL": "smtps://osac:s3c%40r3t@mail.example.org:465",
        "OSAC_SITE_NAME": "Share [//",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    shown = CliRunner().invoke(cli, ["settings"], catch_exceptions=False).output
    assert "OSAC_WEB_PORT=8000\n" in shown
    assert "OSAC_SECRET_KEY=(set)\n" in shown
    assert "OSAC_SITE_NAME=Share [//\n" in shown
    assert "db.example.org/osac" in shown
    assert "@mail.example.org:465" in shown
    assert all(secret not in shown for secret in (KEY, "s3cr3t", "s3c%40r3t"))
