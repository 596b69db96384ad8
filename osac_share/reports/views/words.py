"""What every template may ask about a report: its shown title, its name in the series, its zone."""

from __future__ import annotations

from osac_share.reports import documents
from osac_share.reports.views.blueprint import blueprint

for _word in (
    documents.drill_notice,
    documents.edition_name,
    documents.end_notice,
    documents.is_relayed,
    documents.kind_and_number,
    documents.relay_notice,
    documents.shown_title,
    documents.span_there,
    documents.standings,
    documents.zone_of,
):
    blueprint.add_app_template_global(_word)
