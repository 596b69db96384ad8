"""The settings by section, each with what its values must be; typed and frozen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from osac_share.kernel.errors import Misconfigured
from osac_share.settings.identity import Secret, Section, Sessions, Signing, Sso

SECRET_LENGTH = 32
IN_FOLDER = "whoosh:"
IN_DATABASE = "database:"


class Site(Section):
    """What the site is called and how it presents itself."""

    name: str
    council_label: Literal["Council", "Chapter"]
    contact: str
    form_notice: str
    demo: bool


class Public(Section):
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


class DataFolder(Section):
    """Where the embedded parts keep their files."""

    dir: Path


class Database(Section):
    """Where the truth is."""

    url: str = Field(repr=False)


class Search(Section):
    """Where the search index is kept."""

    url: str

    @field_validator("url")
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        if value not in {"", IN_FOLDER, IN_DATABASE}:
            message = f"must be empty, {IN_FOLDER} (in the data folder) or {IN_DATABASE}"
            raise ValueError(message)
        return value


class Mail(Section):
    """How mail leaves the house."""

    url: str = Field(repr=False)
    sender: str
    bounces: str
    bounces_folder: str
    dkim_domain: str
    dkim_selector: str = Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")
    dkim_key_file: str

    @field_validator("bounces")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not re.fullmatch(r"|[a-z0-9][a-z0-9.-]{0,20}@[a-z0-9-]+(\.[a-z0-9-]+)+", value):
            message = "must be empty or an address in lower case such as bounces@example.org"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _signs_as_who_it_is(self) -> Mail:
        if bool(self.dkim_domain) != bool(self.dkim_key_file):
            message = "needs both dkim_domain and dkim_key_file to sign, or neither"
            raise ValueError(message)
        theirs = self.sender.rpartition("@")[2].lower()
        if self.dkim_domain and not f".{theirs}".endswith(f".{self.dkim_domain}"):
            message = "needs a sender whose address is of dkim_domain, or below it"
            raise ValueError(message)
        return self


class Watch(Section):
    """Who is sent a word of each edition, to see that mail arrives."""

    address: str

    @field_validator("address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not re.fullmatch(r"|[!-;=?-~]{1,64}@[A-Za-z0-9.-]{1,180}", value):
            message = "must be empty or one mail address"
            raise ValueError(message)
        return value


class Web(Section):
    """How the web server listens."""

    host: str
    port: int = Field(ge=0, le=65535)
    workers: int = Field(ge=1, le=64)
    threads: int = Field(ge=1, le=256)
    proxies: int = Field(ge=0, le=5)
    api_per_minute: int = Field(ge=1, le=1_000_000)


class Worker(Section):
    """How eagerly the worker works."""

    pause_ms: int = Field(ge=10)
    batch: int = Field(ge=1, le=1000)
    hold: bool


class Relays(Section):
    """From where the worker may fetch what others publish."""

    allowed_private: tuple[str, ...]

    @field_validator("allowed_private", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value


class Channels(Section):
    """How people are reached besides mail."""

    sms: str = Field(repr=False)
    push_services: tuple[str, ...]
    allowed_private: tuple[str, ...]

    @field_validator("sms")
    @classmethod
    def _is_gateway(cls, value: str) -> str:
        if not re.match(r"$|(twilio|sns|signals?)://", value):
            message = "must be empty or begin with twilio://, sns://, signal:// or signals://"
            raise ValueError(message)
        return value

    @field_validator("push_services", "allowed_private", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value


class Attachments(Section):
    """How much may be attached to a report."""

    max_mb: int = Field(ge=1, le=200)
    most: int = Field(ge=0, le=100)

    @property
    def largest(self) -> int:
        """Return how many bytes a file may have."""
        return self.max_mb * 1_000_000


class Record(Section):
    """Where the record of acts is copied to, out of this house's reach."""

    copy_to: str

    @field_validator("copy_to")
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        if not re.fullmatch(r"|file:/.+|syslog:(tcp|udp)://[^/:]+:\d{1,5}", value):
            message = "must be empty, file:/path, or syslog:tcp://host:port (or udp)"
            raise ValueError(message)
        return value


class Settings(Section):
    """All settings of one installation."""

    site: Site
    public: Public
    data: DataFolder
    database: Database
    search: Search
    mail: Mail
    secret: Secret
    signing: Signing
    web: Web
    sessions: Sessions
    sso: Sso
    attachments: Attachments
    worker: Worker
    watch: Watch
    relays: Relays
    channels: Channels
    record: Record

    @property
    def database_url(self) -> str:
        """Return the database's address, the embedded one unless another is set."""
        return self.database.url or f"sqlite:///{self.data.dir / 'osac.db'}"

    @property
    def search_url(self) -> str:
        """Return where the index is: with the database if that is a server, unless set."""
        is_server = self.database_url.startswith("postgresql")
        return self.search.url or (IN_DATABASE if is_server else IN_FOLDER)

    @property
    def signing_file(self) -> Path:
        """Return the file with the key that signs: in the data folder, unless another is set."""
        return Path(self.signing.key_file or self.data.dir / "signing.pem")

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
