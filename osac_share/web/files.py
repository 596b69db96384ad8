"""Files as answers: a name that no header can be broken with, and a policy that runs nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal
from urllib.parse import quote

SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""The policy of what somebody sent: a browser that shows it all the same may do nothing for it."""

_BREAKING = re.compile(r'["\\\x00-\x1f\x7f]')


def disposition(how: Literal["attachment", "inline"], name: str) -> str:
    """Return a Content-Disposition header (RFC 6266), the name in full by RFC 8187.

    Args:
        how: whether a browser saves the file, or may show it.
        name: what the file is called.

    """
    clean = _BREAKING.sub("_", name)
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    header = f'{how}; filename="{plain if plain.strip(". ") else "file"}"'
    return header if plain == clean else f"{header}; filename*=UTF-8''{quote(clean, safe='')}"
