from __future__ import annotations

from osac_share.kernel.cache import BoundedCache


def test_a_value_is_made_once() -> None:
    cache, made = BoundedCache(100), []

    def make() -> str:
        made.append("a")
        return "value"

    assert [cache.get("key", make, len) for _ in range(3)] == ["value"] * 3
    assert made == ["a"]


def test_nothing_is_found_where_nothing_is_kept() -> None:
    cache = BoundedCache(100)
    assert cache.find("key") is None
    cache.keep("key", "value", 5)
    assert cache.find("key") == "value"


def test_what_is_kept_already_stays() -> None:
    cache = BoundedCache(100)
    cache.keep("key", "first", 5)
    cache.keep("key", "second", 6)
    assert cache.find("key") == "first"


def test_the_least_used_gives_way() -> None:
    cache = BoundedCache(10)
    cache.keep("old", "12345", 5)
    cache.keep("used", "12345", 5)
    cache.find("old")
    cache.keep("new", "12345", 5)
    assert [cache.find(key) for key in ("old", "used", "new")] == ["12345", None, "12345"]
