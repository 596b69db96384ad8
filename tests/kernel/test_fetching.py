"""Fetching from strangers: nothing private is asked, and nothing is waited for or read for ever."""

from __future__ import annotations

import gzip
import socket
import time
from threading import Event
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.fetching import Fetcher, Limits, Unfetched, Validators, is_public
from tests.support.publisher import HOST, Published, bomb, publishing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.publisher import Publisher

SMALL = Limits(size=10_000, seconds=1, redirects=3)
FEED = "<rss version='2.0'/>"

PRIVATE = (
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254"),  # noqa: S104
    *("172.16.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1"),
    *("2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1%eth0"),
    *("fec0::1", "ff02::1", "", "nonsense", "1.2.3", "0x7f000001"),
)
NOT_ASKED = (
    "file:///etc/passwd",
    "ftp://example.org/feed",
    "gopher://example.org/",
    "http://",
    "http:///feed",
    "http://user@example.org/feed",
    "http://user:secret@example.org/feed",
    "http://example.org\\@127.0.0.1/",
    "http://[::1]/",
    "http://exa mple.org/",
    "javascript:alert(1)",
    "mailto:feed@example.org",
    "//example.org/feed",
    "/feed",
    "",
)
DISGUISED = (
    *("http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/"),
    *("http://0177.0.0.1/", "http://localhost/", "http://LOCALHOST:80/"),
    *("http://169.254.169.254/latest/meta-data/", "http://0/", "http://10.1.2.3:8080/"),
)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as running:
        yield running


def fetcher(limits: Limits = SMALL) -> Fetcher:
    return Fetcher("Tests (+http://share.example.org)", frozenset({HOST}), limits)


def refusal(address: str, by: Fetcher | None = None) -> str:
    with pytest.raises(Unfetched) as refused:
        (by or fetcher()).fetch(address)
    return refused.value.message


def test_what_is_published_comes_with_its_validators(publisher: Publisher) -> None:
    address = publisher.publish("/feed", FEED, Content_Type="text/xml; charset=UTF-8")
    found = fetcher().fetch(address)
    assert found is not None
    assert (found.address, found.body, found.charset) == (address, FEED.encode(), "utf-8")
    assert fetcher().fetch(address, found.validators) is None
    path, headers = publisher.asked[-1]
    assert (path, headers["If-None-Match"]) == ("/feed", found.validators.etag)


def test_date_of_the_last_change_is_sent_back_as_it_came(publisher: Publisher) -> None:
    address = publisher.publish("/feed", FEED)
    fetcher().fetch(address, Validators("", "Mon, 02 Mar 2026 09:30:00 GMT"))
    assert publisher.asked[-1][1]["If-Modified-Since"] == "Mon, 02 Mar 2026 09:30:00 GMT"


def test_other_side_learns_who_asks_and_nothing_else(publisher: Publisher) -> None:
    publisher.publish("/feed", FEED, Set_Cookie="seen=1")
    publisher.lead_on("/moved", "/feed")
    fetcher().fetch(publisher.at("/moved"))
    for _path, headers in publisher.asked:
        assert headers["User-Agent"] == "Tests (+http://share.example.org)"
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_packed_answer_is_unpacked(publisher: Publisher) -> None:
    packed = gzip.compress(FEED.encode())
    found = fetcher().fetch(publisher.publish("/feed", packed, Content_Encoding="gzip"))
    assert found is not None
    assert found.body == FEED.encode()


def test_name_that_nobody_answers_for_is_waited_for_no_longer_than_all_else() -> None:
    waiting = Event()

    def resolve(_host: str, _port: int) -> list[str]:
        waiting.wait(10)
        return ["8.8.8.8"]

    limits = Limits(size=10_000, seconds=0.2, redirects=0)
    began = time.monotonic()
    words = refusal("http://slow.example.org/", Fetcher("Tests", limits=limits, resolve=resolve))
    waiting.set()
    assert words == "It took longer than 0.2 seconds to answer."
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("address", PRIVATE)
def test_address_of_somebody_s_own_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_ASKED)
def test_what_is_no_web_address_is_not_asked(address: str) -> None:
    assert refusal(address) == "Only http and https addresses without a user name are asked."


@pytest.mark.parametrize("address", DISGUISED)
def test_private_host_is_not_asked_however_it_is_written(address: str) -> None:
    assert "not on the public Internet" in refusal(address, Fetcher("Tests"))


def test_host_with_one_private_address_among_public_ones_is_not_asked() -> None:
    mixed = Fetcher("Tests", resolve=lambda _host, _port: ["8.8.8.8", "127.0.0.1"])
    assert "not on the public Internet" in refusal("http://feeds.example.org/", mixed)


def test_name_is_resolved_once_and_the_address_that_was_judged_is_the_one_asked(
    publisher: Publisher,
) -> None:
    answers = [[HOST], ["203.0.113.9"]]
    asked = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    publisher.publish("/feed", FEED)
    changing = Fetcher("Tests", frozenset({"feeds.example.org"}), SMALL, resolve)
    found = changing.fetch(f"http://feeds.example.org:{publisher.port}/feed")
    assert found is not None
    assert asked == ["feeds.example.org"]
    assert publisher.asked[-1][1]["Host"] == f"feeds.example.org:{publisher.port}"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://localhost/", "http://127.0.0.2/"]
)
def test_redirect_to_a_private_host_is_not_followed(publisher: Publisher, target: str) -> None:
    assert "not on the public Internet" in refusal(publisher.lead_on("/feed", target))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://me@127.0.0.1/", ""])
def test_redirect_to_what_is_no_web_address_is_not_followed(
    publisher: Publisher, target: str
) -> None:
    assert "Only http and https" in refusal(publisher.lead_on("/feed", target))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed_and_four_are_not(publisher: Publisher, status: int) -> None:
    publisher.publish("/0", FEED)
    for number in range(1, 5):
        publisher.lead_on(f"/{number}", f"/{number - 1}", status)
    found = fetcher().fetch(publisher.at("/3"))
    assert found is not None
    assert found.address == publisher.at("/0")
    assert refusal(publisher.at("/4")) == "It leads on more than 3 times."


@pytest.mark.parametrize("coding", [None, "gzip"])
def test_more_than_the_limit_is_not_taken(publisher: Publisher, coding: str | None) -> None:
    body = bomb(50_000_000) if coding else bytes(20_000)
    headers = {"Content_Encoding": coding} if coding else {}
    began = time.monotonic()
    assert "larger than" in refusal(publisher.publish("/feed", body, **headers))
    assert time.monotonic() - began < 1


def test_exactly_the_limit_is_taken(publisher: Publisher) -> None:
    found = fetcher().fetch(publisher.publish("/feed", b"x" * SMALL.size))
    assert found is not None
    assert len(found.body) == SMALL.size


def test_server_that_dribbles_is_left_in_time(publisher: Publisher) -> None:
    publisher.pages["/feed"] = Published(b"x" * 1000, pause=0.1)
    began = time.monotonic()
    assert refusal(publisher.at("/feed")) == "It took longer than 1 seconds to answer."
    assert time.monotonic() - began < 3


def test_server_that_says_nothing_is_left_in_time() -> None:
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        assert "took longer" in refusal(f"http://{HOST}:{port}/feed")


def test_server_that_speaks_no_tls_is_told_so(publisher: Publisher) -> None:
    assert "TLS" in refusal(publisher.at("/feed").replace("http:", "https:"))


def test_server_that_is_not_there_is_a_sentence() -> None:
    with socket.create_server((HOST, 0)) as gone:
        port = gone.getsockname()[1]
    assert refusal(f"http://{HOST}:{port}/feed") == "Its server takes no connections."


@pytest.mark.parametrize("status", [204, 400, 404, 410, 429, 500, 503, 599])
def test_status_other_than_success_is_a_sentence(publisher: Publisher, status: int) -> None:
    publisher.pages["/feed"] = Published(status=status)
    assert f"answers {status}" in refusal(publisher.at("/feed"))


def test_answer_that_breaks_off_is_not_taken_for_whole(publisher: Publisher) -> None:
    publisher.pages["/feed"] = Published(b"<rss>", promised=5000)
    assert refusal(publisher.at("/feed")) == "The connection broke off."
    packed = gzip.compress(FEED.encode())[:-6]
    publisher.publish("/packed", packed, Content_Encoding="gzip")
    assert refusal(publisher.at("/packed")) == "The connection broke off."


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip"])
def test_packing_that_was_not_asked_for_is_refused(publisher: Publisher, coding: str) -> None:
    assert "packed" in refusal(publisher.publish("/feed", FEED, Content_Encoding=coding))


def test_what_only_says_that_it_is_packed_is_refused(publisher: Publisher) -> None:
    assert "HTTP" in refusal(publisher.publish("/feed", FEED, Content_Encoding="gzip"))
