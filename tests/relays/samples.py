"""Feeds and alerts as embassies and others publish them, written for these tests."""

from __future__ import annotations

from html import escape

TITLE = "Demonstration Alert: U.S. Embassy Nairobi, Kenya"
BODY = (
    "<p><strong>Location:<br></strong>Nairobi, central business district</p>"
    "<p><b>Event:</b> A march is expected from noon.</p>"
    "<p>Actions to take:</p><ul><li>Avoid the area.</li><li>Keep a low profile.</li></ul>"
)
MONDAY = "Mon, 02 Mar 2026 08:00:00 GMT"


def rss_item(
    body: str = BODY,
    *,
    guid: str = "alert-1",
    title: str = TITLE,
    link: str = "https://ke.example.org/alert-1",
    published: str = MONDAY,
) -> str:
    """Return an entry of an RSS feed."""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        f"<guid isPermaLink='false'>{guid}</guid><pubDate>{published}</pubDate>"
        f"<description>{escape(body)}</description></item>"
    )


def rss(*items: str) -> str:
    """Return an RSS 2.0 feed."""
    return (
        "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel>"
        f"<title>U.S. Embassy Nairobi</title>{''.join(items)}</channel></rss>"
    )


def atom(content: str = BODY, *, kind: str = "html") -> str:
    """Return an Atom feed with one entry."""
    inner = content if kind == "xhtml" else escape(content)
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Alerts</title>"
        "<id>urn:feed</id><updated>2026-03-02T08:00:00Z</updated>"
        f"<entry><id>urn:1</id><title>{TITLE}</title>"
        "<link rel='self' href='https://ke.example.org/self'/>"
        "<link href='https://ke.example.org/alert-1'/>"
        "<published>2026-03-02T11:00:00+03:00</published>"
        f"<updated>2026-03-02T12:00:00+03:00</updated>"
        f"<content type='{kind}'>{inner}</content></entry></feed>"
    )


CAP = {
    "message": "Alert",
    "status": "Actual",
    "scope": "Public",
    "refers_to": "",
    "severity": "Moderate",
    "urgency": "Expected",
    "certainty": "Possible",
    "description": "The river rises.\nBridges are closed.",
    "response": "Avoid",
    "sent": "2026-03-02T11:00:00+03:00",
    "expires": "2026-03-04T11:00:00+03:00",
}


def cap(identifier: str = "KE-1", **otherwise: str) -> str:
    """Return a CAP 1.2 alert in two languages, of which English is the second."""
    said = CAP | otherwise
    assert said.keys() == CAP.keys()
    first = said["refers_to"]
    references = f"met@example.org,{first},2026-03-02T11:00:00+03:00" if first else ""
    return f"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>{identifier}</identifier><sender>met@example.org</sender><sent>{said["sent"]}</sent>
  <status>{said["status"]}</status><msgType>{said["message"]}</msgType>
  <scope>{said["scope"]}</scope><references>{references}</references>
  <info><language>sw</language><event>Mafuriko</event><headline>Mafuriko</headline>
    <description>Mto unajaa.</description></info>
  <info><language>en-US</language><category>Met</category><event>Flood</event>
    <responseType>{said["response"]}</responseType><urgency>{said["urgency"]}</urgency>
    <severity>{said["severity"]}</severity><certainty>{said["certainty"]}</certainty>
    <onset>2026-03-02T12:00:00+03:00</onset><expires>{said["expires"]}</expires>
    <headline>Flood warning for the Tana River, Kenya</headline>
    <description>{said["description"]}</description>
    <instruction>Move to higher ground.</instruction>
    <web>https://met.example.org/{identifier}</web><contact>Call 999.</contact>
    <area><areaDesc>Garissa</areaDesc></area><area><areaDesc>Tana River</areaDesc></area></info>
</alert>"""
