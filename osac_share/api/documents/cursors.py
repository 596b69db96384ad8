"""Where a list goes on, as one opaque word."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from osac_share.api.documents.problems import Mistaken


def written_cursor(published_at: datetime, public_id: str) -> str:
    """Return the word that says where in a list somebody stopped."""
    place = f"{published_at.astimezone(UTC).isoformat()} {public_id}"
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(word: str) -> tuple[datetime, str]:
    """Return the place that a word of ours stands for.

    Raises:
        Mistaken: it is none of ours.

    """
    try:
        place = urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode("ascii")
        moment, _, public_id = place.partition(" ")
        published_at = datetime.fromisoformat(moment)
        in_utc = published_at.astimezone(UTC) if published_at.tzinfo else None
    except (ValueError, OverflowError):
        raise Mistaken("The cursor is none of ours. Begin without one.") from None
    if in_utc is None or not public_id.isalnum():
        raise Mistaken("The cursor is none of ours. Begin without one.")
    return in_utc, public_id
