"""The fixed words for templates: filters that turn a stored code into what people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from osac_share.taxonomy import queries

if TYPE_CHECKING:
    from flask import Flask

    from osac_share.settings import Settings


def install(app: Flask) -> None:
    """Give the templates of `app` the labels of the taxonomy, and the taxonomy itself."""
    settings = cast("Settings", app.extensions["osac_settings"])
    app.jinja_env.filters.update(
        country_name=lambda code: queries.country(code).name,
        topic_label=lambda code: queries.topic(code).label,
        kind_label=lambda code: queries.kind(code).label,
        kind_plural=lambda code: queries.kind(code).plural,
        alert_kind_label=lambda code: queries.alert_kind(code).label,
        severity_label=lambda code: queries.severity(code).label,
        state_label=lambda code: queries.state(code).label,
        marking_label=lambda code: queries.marking(code).label,
        chapter_label=lambda code: queries.chapter(code).label,
        named=lambda words: queries.in_label(words, settings.site.council_label),
        council_kind_label=lambda code: queries.council_kind(code).label,
        post_kind_label=lambda code: queries.post_kind(code).label,
        seat_label=lambda code: queries.seat_kind(code).label,
        region_label=lambda code: queries.region(code).label,
        advisory_label=lambda level: queries.advisory_level(level).label,
        departure_label=lambda code: queries.departure_status(code).label,
    )
    app.jinja_env.globals.update(taxonomy=queries)
