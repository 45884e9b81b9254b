"""The release as JSON-LD in the words of schema.org: a NewsArticle about its Events, issued by its organization.

schema.org has no press release: `genre` says it. Terms are of version 30.0; what it calls pending is left out. Google asks
for headline, image, and dates with a zone (developers.google.com, "Article structured data").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pressctl import identity
from pressctl.anatomy import announced
from pressctl.plaintext import unwrapped

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Event, Release

_STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed", "rescheduled": "EventRescheduled"}
_KINDS = {
    "op-ed": "Opinion",
    "letter": "Letter to the editor",
    "statement": "Statement",
    "factsheet": "Fact sheet",
    "biography": "Biography",
}


def article(
    release: Release, config: Config, facts: Mapping[str, Any], url: str = "", images: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """The article as a JSON object. `facts` is the release as data, `url` its page where one is known, and each image has
    `url`, `alt`, `caption`, `credit`."""
    issuer = _organization(config)
    killed = release.kind == "kill"
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": identity.uri(release, config),
        "url": url,
        "mainEntityOfPage": url,
        "headline": release.headline,
        "alternativeHeadline": release.subhead,
        "description": facts["summary"],
        "dateline": facts["dateline"]["printed"],
        "datePublished": release.issued.isoformat(),
        "dateModified": release.issued.isoformat(),
        "expires": release.expires.isoformat() if release.expires else "",
        "inLanguage": release.language,
        "genre": _KINDS.get(release.kind, "Press release"),
        "version": str(identity.version(release)),
        "keywords": list(release.extra.get("keywords") or ()),
        "author": issuer,
        "publisher": issuer,
        "sourceOrganization": issuer,
        "articleBody": "" if killed else unwrapped(facts["body"]["text"]),
        "usageInfo": release.extra.get("usage", "") if str(release.extra.get("usage", "")).startswith("https://") else "",
        "copyrightNotice": release.extra.get("copyright", ""),
        "image": [_image(image) for image in images],
        "about": [event_of(event, release, config) for event in announced(release)],
    }
    return _filled(made)


def event_of(event: Event, release: Release, config: Config) -> dict[str, Any]:
    """One event. A day without times is written as a day."""
    status, place = str(event.details.get("status", "")), event.place
    previous = event.details.get("previous_start")
    if status == "postponed" and previous:
        status = "rescheduled"  # schema.org: postponed is what has no new time yet

    def moment(value: Any) -> str:
        local = value.astimezone(release.timezone)
        return str(local.date().isoformat() if event.details.get("all_day") else local.isoformat())

    return _filled(
        {
            "@type": "Event",
            "name": event.title,
            "description": event.purpose,
            "startDate": moment(event.start),
            "endDate": moment(event.end) if event.end else "",
            "previousStartDate": moment(previous) if previous else "",
            "eventStatus": f"https://schema.org/{_STATUS.get(status, 'EventScheduled')}",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode" if place else "",
            "organizer": {"@type": "Organization", "name": event.organizer or config.organization.name},
            "location": _place(place) if place else None,
        }
    )


def _place(place: Any) -> dict[str, Any]:
    region = place.region.partition("-")[2] if place.region[2:3] == "-" else place.region
    address = _filled(
        {
            "streetAddress": place.street,
            "addressLocality": place.city,
            "addressRegion": region,
            "postalCode": place.postal_code,
            "addressCountry": place.country,
        }
    )
    return _filled(
        {"@type": "Place", "name": place.name, "url": place.url, "address": {"@type": "PostalAddress", **address} if address else None}
    )


def _organization(config: Config) -> dict[str, Any]:
    return _filled({"@type": "Organization", "name": config.organization.name, "url": config.organization.url})


def _image(image: Mapping[str, str]) -> dict[str, Any]:
    return _filled(
        {
            "@type": "ImageObject",
            "contentUrl": image.get("url", ""),
            "caption": image.get("caption", ""),
            "description": image.get("alt", ""),
            "creditText": image.get("credit", ""),
        }
    )


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, [], {})}


def script(values: Mapping[str, Any]) -> str:
    """The object as the text of a script element: `<`, `>` and `&` as JSON escapes, so that no `</script>` can end it.

    U+2028 and U+2029 too, which are line ends to old scripts (WHATWG HTML, section 4.12.1.3).
    """
    import orjson

    text = orjson.dumps(values).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
