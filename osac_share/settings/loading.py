"""Reading the settings: weakest first, and strict about every name."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from osac_share.kernel.errors import Misconfigured
from osac_share.settings.sections import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTSIDE = ("OSAC_CONFIG", "OSAC_TEST_")
"""Names in the environment that are ours but not settings; the second begins many."""


def resource_dir(name: str) -> Path:
    """Return the folder `name` (templates, static, config) of the wheel or of the checkout."""
    packed = Path(__file__).parents[1] / "_data" / name
    return packed if packed.is_dir() else Path(__file__).parents[2] / name


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
