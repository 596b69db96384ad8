"""The one place that asks somebody else's server, and trusts nothing it says.

A name is resolved once, every address that it has must be a public one, and the connection
goes to the address that was looked at: a name that changes its mind in between (DNS
rebinding) changes nothing. Each redirect is judged anew. Sizes are counted while bytes
arrive, packed and unpacked, and a clock ends the whole of it.
"""

from osac_share.kernel.fetching.asking import (
    USUAL,
    Fetched,
    Fetcher,
    Limits,
    Validators,
    status_words,
)
from osac_share.kernel.fetching.hosts import Unfetched, is_public, web_address

__all__ = [
    "USUAL",
    "Fetched",
    "Fetcher",
    "Limits",
    "Unfetched",
    "Validators",
    "is_public",
    "status_words",
    "web_address",
]
