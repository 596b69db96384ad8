from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from osac_share.feeds.views.doorstep import LIFE

if TYPE_CHECKING:
    from time_machine import Traveller

    from tests.feeds.newsroom import Newsroom
    from tests.feeds.reading import Reader

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_a_minor_correction_keeps_the_entry_and_moves_its_date(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closure at the port", at=now - HOUR)
    (before,) = reader.items()
    newsroom.update(report, "Closures at the port", at=now, is_major=False)
    (after,) = reader.items()
    assert after["id"] == before["id"]
    assert after["title"] == "Closures at the port"
    assert after["date_published"] == before["date_published"]
    assert after["date_modified"] == "2026-03-02T09:30:00Z" > before["date_modified"]


def test_an_update_is_a_new_entry_that_names_what_it_replaces(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures", at=now - HOUR)
    (before,) = reader.items()
    newsroom.update(report, "More closures", at=now, change_note="Gate <2> closed too.")
    (after,) = reader.items()
    assert after["id"] not in {before["id"], report.editions[0].entry_uuid.urn}
    assert after["title"] == "[UPDATED] More closures"
    assert after["_osac"]["supersedes"] == f"{after['url']}/editions/1"
    assert "<strong>What changed:</strong> Gate &lt;2&gt; closed too." in after["content_html"]


def test_a_correction_of_an_update_keeps_the_updates_entry(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures", at=now - 2 * HOUR)
    newsroom.update(report, "More closures", at=now - HOUR)
    (before,) = reader.items()
    newsroom.update(report, "More closures today", at=now, is_major=False)
    (after,) = reader.items()
    assert after["id"] == before["id"]
    assert after["_osac"]["supersedes"] == before["_osac"]["supersedes"]


def test_an_expired_report_says_so_for_two_days_and_then_leaves(
    reader: Reader, newsroom: Newsroom, now: datetime, clock: Traveller
) -> None:
    report = newsroom.publish("Strike", at=now - HOUR)
    (before,) = reader.items()
    newsroom.expire(report, at=now)
    (after,) = reader.items()
    assert after["id"] == before["id"]
    assert after["title"] == "[EXPIRED] Strike"
    assert after["summary"].startswith("Expired. ")
    before_leaving = reader.validators()
    clock.shift(timedelta(hours=47, minutes=59))
    reader.ticks.now += LIFE + 1
    assert reader.titles() == ["[EXPIRED] Strike"]
    clock.shift(MINUTE)
    reader.ticks.now += LIFE + 1
    assert reader.titles() == []
    left = reader.validators()
    assert left.etag != before_leaving.etag
    assert parsedate_to_datetime(left.last_modified or "") == now + timedelta(hours=48)


@pytest.mark.parametrize(
    ("state", "prefix"),
    [("all_clear", "[ALL CLEAR]"), ("cancelled", "[CANCELED]"), ("withdrawn", "[WITHDRAWN]")],
)
def test_a_declared_end_is_an_entry_of_its_own(
    reader: Reader, newsroom: Newsroom, now: datetime, state: str, prefix: str
) -> None:
    report = newsroom.publish("Shelter in place", at=now - HOUR)
    (before,) = reader.items()
    newsroom.end(report, state, at=now)
    (after,) = reader.items()
    assert after["id"] != before["id"]
    assert after["title"] == f"{prefix} Shelter in place"
    assert after["date_published"] == "2026-03-02T09:30:00Z"
    assert after["_osac"].get("supersedes") == (
        None if state == "withdrawn" else f"{after['url']}/editions/1"
    )
    assert ("Avoid the port" in after["content_html"]) == (state != "withdrawn")
    assert "It is over." in after["content_html"]


def test_an_update_says_which_sections_and_places_changed(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures", at=now - 2 * HOUR)
    newsroom.update(report, "Closures", at=now - HOUR, is_major=False)
    newsroom.update(report, "Closures", at=now, countries=("MX", "GT"), marking="CLEAR")
    (item,) = reader.items()
    assert "<strong>Changes:</strong> Guatemala: added.</p>" in item["content_html"]
    assert "<strong>Who may see this:</strong> Anyone" in item["content_html"]


def test_a_hidden_earlier_edition_is_not_compared_with(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures", at=now - HOUR, marking="GREEN")
    newsroom.update(report, "Closures", at=now, countries=("GT",))
    (item,) = reader.items()
    assert "Changes" not in item["content_html"]
    assert "Mexico" not in item["content_html"]


def test_a_drill_says_so_in_every_format(reader: Reader, newsroom: Newsroom, now: datetime) -> None:
    newsroom.publish("Strike", at=now, is_exercise=True)
    (item,) = reader.items()
    assert item["title"] == "EXERCISE: Strike"
    assert item["summary"].startswith("EXERCISE. This is a drill.")
    assert item["content_html"].count("This is a drill.") == 2
    for kind in ("atom", "rss"):
        assert b">EXERCISE: Strike</title>" in reader.poll(f"/feeds/reports.{kind}").data
    newsroom.end(newsroom.publish("Storm", at=now, is_exercise=True), "all_clear", at=now)
    assert "EXERCISE: [ALL CLEAR] Storm" in reader.titles()


def test_an_old_report_that_ended_just_now_is_news_again(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    old = newsroom.publish("Old", at=now - timedelta(days=300))
    for number in range(50):
        newsroom.publish(f"Report {number}", at=now - HOUR + number * MINUTE)
    newsroom.end(old, "all_clear", at=now)
    titles = reader.titles()
    assert titles[0] == "[ALL CLEAR] Old"
    assert len(titles) == 50
