"""The settings: typed, frozen, read once at the start, and strict about every name."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from osac_share.kernel.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET_LENGTH = 32
OUTSIDE = ("OSAC_CONFIG", "OSAC_TEST_")
"""Names in the environment that are ours but not settings; the second begins many."""


def resource_dir(name: str) -> Path:
    """Return the folder `name` (templates, static, config) of the wheel or of the checkout."""
    packed = Path(__file__).parent / "_data" / name
    return packed if packed.is_dir() else Path(__file__).parents[1] / name


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(_Section):
    """What the site is called and how it presents itself."""

    name: str
    council_label: Literal["Council", "Chapter"]
    contact: str
    form_notice: str
    demo: bool


class Public(_Section):
    """The address by which people know the site."""

    url: str

    @field_validator("url")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = "must be an absolute address such as https://share.example.org"
            raise ValueError(message)
        return value.rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Tell whether people come by HTTPS, so that cookies can insist on it."""
        return self.url.startswith("https://")


class DataFolder(_Section):
    """Where the embedded parts keep their files."""

    dir: Path


class Database(_Section):
    """Where the truth is."""

    url: str = Field(repr=False)


class Search(_Section):
    """Which engine searches."""

    url: str


class Mail(_Section):
    """How mail leaves the house."""

    url: str = Field(repr=False)
    sender: str


class Secret(_Section):
    """The key that signs cookies and links."""

    key: str = Field(repr=False)


class Web(_Section):
    """How the web server listens."""

    host: str
    port: int = Field(ge=0, le=65535)
    workers: int = Field(ge=1, le=64)
    threads: int = Field(ge=1, le=256)
    proxies: int = Field(ge=0, le=5)


class Sessions(_Section):
    """How people prove who they are, and how long they stay signed in."""

    idle_minutes: int = Field(ge=1)
    longest_hours: int = Field(ge=1)
    second_factor: Literal["required", "offered"]


class Worker(_Section):
    """How eagerly the worker works."""

    pause_ms: int = Field(ge=10)
    batch: int = Field(ge=1, le=1000)


class Relays(_Section):
    """From where the worker may fetch what others publish."""

    allowed_private: tuple[str, ...]

    @field_validator("allowed_private", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value


class Attachments(_Section):
    """How much may be attached to a report."""

    max_mb: int = Field(ge=1, le=200)
    most: int = Field(ge=0, le=100)

    @property
    def largest(self) -> int:
        """Return how many bytes a file may have."""
        return self.max_mb * 1_000_000


class Record(_Section):
    """Where the record of acts is copied to, out of this house's reach."""

    copy_to: str = Field(pattern=r"^(|file:/.+|syslog:(tcp|udp)://[^/:]+:\d{1,5})$")


class Settings(_Section):
    """All settings of one installation."""

    site: Site
    public: Public
    data: DataFolder
    database: Database
    search: Search
    mail: Mail
    secret: Secret
    web: Web
    sessions: Sessions
    attachments: Attachments
    worker: Worker
    relays: Relays
    record: Record

    @property
    def database_url(self) -> str:
        """Return the database's address, the embedded one unless another is set."""
        return self.database.url or f"sqlite:///{self.data.dir / 'osac.db'}"

    @property
    def files_dir(self) -> Path:
        """Return the folder in which attached files are kept."""
        return self.data.dir / "files"

    def require_secret(self) -> str:
        """Return the signing key.

        Raises:
            Misconfigured: there is none, or it is too short to be random.

        """
        if len(self.secret.key) < SECRET_LENGTH:
            message = (
                "There is no secret key of at least 32 characters. "
                "Run `osac-share init`, or set OSAC_SECRET_KEY or OSAC_SECRET_KEY_FILE."
            )
            raise Misconfigured(message)
        return self.secret.key


def load_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Read the settings from the default file, OSAC_CONFIG and the environment.

    Args:
        environ: the environment; the process's own when left out.
        overrides: values for tests and commands, named `section__name`.

    Raises:
        Misconfigured: a name is unknown or a value has the wrong type.

    """
    environ = os.environ if environ is None else environ
    values = _read_toml(resource_dir("config") / "default.toml")
    if config := environ.get("OSAC_CONFIG"):
        _merge(values, _read_toml(Path(config)), source=config)
    _merge(values, _from_environment(environ, values), source="the environment")
    for name, value in overrides.items():
        section, _, key = name.partition("__")
        values[section][key] = value
    if not values["secret"]["key"]:
        values["secret"]["key"] = _kept_secret(Path(values["data"]["dir"]))
    try:
        return Settings.model_validate(values)
    except ValidationError as problem:
        raise Misconfigured(_explain(problem)) from None


def secret_file(data_dir: Path) -> Path:
    """Return where an installation without OSAC_SECRET_KEY keeps its key."""
    return data_dir / "secret.key"


def _kept_secret(data_dir: Path) -> str:
    file = secret_file(data_dir)
    return file.read_text().strip() if file.is_file() else ""


def _read_toml(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        message = f"The configuration file {path} cannot be read: {problem.strerror}."
        raise Misconfigured(message) from None
    except ValueError as problem:  # TOML that is none, or bytes that are no UTF-8.
        message = f"The configuration file {path} is not valid TOML: {problem}."
        raise Misconfigured(message) from None


def _merge(
    values: dict[str, dict[str, Any]], more: Mapping[str, Mapping[str, Any]], *, source: str
) -> None:
    for section, entries in more.items():
        if not isinstance(entries, dict):
            raise Misconfigured(f"{source} sets {section}, which is no section with settings.")
        for name, value in entries.items():
            if name not in values.get(section, {}):
                message = f"{source} sets {section}.{name}, which is no setting of OSAC Share."
                raise Misconfigured(message)
            values[section][name] = value


def _from_environment(
    environ: Mapping[str, str], known: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for variable, value in sorted(environ.items()):
        if not variable.startswith("OSAC_") or _is_outside(variable):
            continue
        section, _, name = variable.removeprefix("OSAC_").lower().partition("_")
        text = value
        if name.endswith("_file") and name not in known.get(section, {}):
            name, text = name.removesuffix("_file"), _read_secret(variable, value)
        if name not in known.get(section, {}):
            message = (
                f"{variable} is set, but is no setting of OSAC Share. See `osac-share settings`."
            )
            raise Misconfigured(message)
        found.setdefault(section, {})[name] = text
    if port := environ.get("PORT"):
        found.setdefault("web", {})["port"] = port
    return found


def _is_outside(variable: str) -> bool:
    return any(
        variable.startswith(name) if name.endswith("_") else variable == name for name in OUTSIDE
    )


def _read_secret(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as problem:
        message = f"{variable} names {path}, which cannot be read: {problem.strerror}."
        raise Misconfigured(message) from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{variable} names {path}, which is not a text.") from None


def _explain(problem: ValidationError) -> str:
    first = problem.errors(include_input=False, include_url=False)[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    return f"OSAC_{name} cannot be used: {first['msg'].removeprefix('Value error, ')}."
