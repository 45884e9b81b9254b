"""A release's pictures: those of its body and of `media`, found in the office, bounded, and clean of what they tell.

A picture of the office travels inside the mail (RFC 2387, RFC 2392) and lies beside the web page by its file name; one
that is elsewhere is a link, and nothing is fetched. What is sent or published tells neither place nor camera nor owner,
unless `keep_location: true` stands at its entry in `media`: then the file goes out as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl import files, image_file
from pressctl.errors import Place, Problem, ReleaseError

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release

IMAGE_LIMIT = 1_000_000  # bytes of one picture in a mail: a screen needs some 100,000, and many readers are on a telephone
IMAGES_LIMIT = 5_000_000  # bytes of all; with base64 that is 7 MB, which every newsroom's server takes
PIXEL_LIMIT = 50_000_000  # a mail program holds four bytes of memory for each; 20,000 × 20,000 would be 1.6 GB
_FILE_LIMIT = 25 * 1024 * 1024  # bytes that are read at all
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters or more: C: is a drive
_OTHER_TYPES = re.compile(r"(?i)(?:audio|video|text|application)(?:/|$)")
_IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".avif", ".heic", ".tif", ".tiff", ".bmp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as mail and page tell of it; one that is not in the office has only words and `url`.

    `name` is the file name beside the web page, `cid` its Content-ID in the mail without brackets; `width` and `height`
    are pixels. `url` is a page's or a larger file's address, by https or http.
    """

    name: str = ""
    cid: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""  # "" where decorative
    caption: str = ""
    credit: str = ""
    url: str = ""
    decorative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Picture):
    """A picture of the office, ready to go out. `content` are its bytes as sent; `path` the file they come from.

    `targets` are the ways in which the body names it, as in `![…](photos/hall.jpg)`; none where only `media` does.
    """

    path: Path
    media_type: str
    content: bytes = field(repr=False)
    targets: tuple[str, ...] = ()
    entry: int = -1  # its number in `media`; -1 where it has no entry there


def found(release: Release, config: Config) -> tuple[Image, ...]:
    """The pictures of the office that go out with a release: those of the body in order, then those of `media` alone.

    Raises ReleaseError with every picture that cannot be used, at its line and column: not there, outside the office,
    no picture, too large. One of `media` that is too large for a mail and has a `url` is left to its link.
    """
    if "![" not in release.body and not release.extra.get("media"):
        return ()
    search = _Search(release, config)
    search.run()
    if search.problems:
        raise ReleaseError.of(search.problems)
    return tuple(search.images.values())


def problems(release: Release, config: Config) -> tuple[Problem, ...]:
    """What keeps the pictures of a release, attached ones too, from going out; all of it."""
    told: list[Problem] = []
    try:
        found(release, config)
    except ReleaseError as error:
        told += error.problems
    for number, path in enumerate(release.attachments):
        place = release.places.get(f"attachments[{number}]") or release.places.get("attachments") or Place(str(release.path))
        try:
            without_traces(path, files.read_bytes(path, ReleaseError, "attachment", _FILE_LIMIT), release, place)
        except ReleaseError as error:
            told += [replace(problem, place=place) for problem in error.problems]
    return tuple(told)


def linked(release: Release, images: Sequence[Image]) -> tuple[Picture, ...]:
    """What of `media` a mail only tells of, with its address: films, sound, pictures that lie elsewhere; in order.

    `images` is what `found` returned for this release.
    """
    sent = {image.entry for image in images}
    pictures = [_picture(entry) for number, entry in enumerate(_media(release)) if number not in sent]
    return tuple(picture for picture in pictures if picture.url)


def without_traces(path: Path, data: bytes, release: Release, place: Place) -> bytes:
    """An attachment's bytes; of a picture, clean ones, unless its entry in `media` keeps what it tells.

    Raises ReleaseError for a picture that is damaged or of a kind that cannot be cleaned.
    """
    kind = image_file.kind_of(data)
    if kind in ("", "svg", "bmp") and path.suffix.lower() not in (".jpg", ".jpeg", ".png", ".gif", ".webp"):
        return data
    for entry in _media(release):
        if entry.get("keep_location") is True and entry.get("file") and Path(str(entry["file"])).name == path.name:
            return data
    try:
        return image_file.read(data).clean
    except image_file.Unusable as fault:
        text, _, hint = str(fault).partition("\n")
        raise ReleaseError(f"the attachment {path.name} {text}", place, hint) from None


def _media(release: Release) -> Sequence[Mapping[str, Any]]:
    media = release.extra.get("media")
    return [entry if isinstance(entry, Mapping) else {} for entry in media] if isinstance(media, list | tuple) else []


def _is_local(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of `media` is a picture of the office."""
    kind = str(entry.get("type", ""))
    if not entry.get("file") or _OTHER_TYPES.match(kind):
        return False
    return kind.lower().startswith("image") or str(entry["file"]).lower().endswith(_IMAGE_NAMES)


def _picture(entry: Mapping[str, Any]) -> Picture:
    decorative, url = entry.get("decorative") is True, str(entry.get("url", ""))
    return Picture(
        alt="" if decorative else str(entry.get("alt", "")),
        caption=str(entry.get("caption", "")),
        credit=str(entry.get("credit", "")),
        url=url if url.lower().startswith(("https://", "http://")) else "",
        decorative=decorative,
    )


class _Search:
    """Pictures by the file they come from, and what is wrong with those that cannot be used."""

    def __init__(self, release: Release, config: Config) -> None:
        self.release = release
        self.bases = (release.path.absolute().parent, config.root)
        self.domain = config.organization.sender.email.rpartition("@")[2]
        self.images: dict[Path, Image] = {}
        self.problems: list[Problem] = []
        self.refused: set[Path] = set()

    def run(self) -> None:
        entries: dict[Path, tuple[int, Mapping[str, Any], Place]] = {}
        for number, entry in enumerate(_media(self.release)):
            if _is_local(entry):
                place = self.release.places.get(f"media[{number}].file", Place(str(self.release.path)))
                if path := self.path(str(entry["file"]), place):
                    entries.setdefault(path, (number, entry, place))
        for target, alt, place in self.in_body():
            if path := self.path(target, place):
                number, entry, _ = entries.get(path, (-1, {}, place))
                self.add(path, number, entry, place, target, alt)
        for path, (number, entry, place) in entries.items():
            self.add(path, number, entry, place)

    def in_body(self) -> Iterator[tuple[str, str, Place]]:
        """The pictures that the body names by a path; those with another scheme become links, or words."""
        if "![" not in self.release.body:
            return
        from pressctl import markup

        body, after = self.release.body, 0
        for target, alt in markup.named_pictures(body):
            at = max(body.find(target, after), 0)
            after = at + len(target)
            place = Place(str(self.release.path), self.release.body_line + body.count("\n", 0, at), at - body.rfind("\n", 0, at))
            if target.lower().startswith("file:") or not _SCHEME.match(target):
                yield target, alt, place

    def path(self, name: str, place: Place) -> Path | None:
        """The regular file of this name beside the release or in the office; None after noting the problem."""
        path = Path(name)
        leads_out = path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not name.isprintable()
        if leads_out or not name:
            self.problems.append(Problem("a picture is named by its path inside the office", place, "copy the file beside the release"))
            return None
        for base in self.bases:
            try:
                if not os.path.lexists(base / path):
                    continue
                real = (base / path).resolve(strict=True)
                inside = any(real.is_relative_to(one.resolve()) for one in self.bases)
            except (OSError, RuntimeError, ValueError):  # RuntimeError: a loop of links, before Python 3.13
                continue
            if inside:
                return real
            self.problems.append(Problem(f"the picture {path.name} is a link that leads out of the office", place, "copy the file itself"))
            return None
        hint = "the path starts at the release's folder or the office's"
        self.problems.append(Problem(f"there is no picture `{name}`", place, hint))
        return None

    def add(self, path: Path, number: int, entry: Mapping[str, Any], place: Place, target: str = "", alt: str = "") -> None:
        """Note a picture, and the way in which the body names it; a file that comes again is one picture."""
        if known := self.images.get(path):
            if target and target not in known.targets:
                self.images[path] = replace(known, targets=(*known.targets, target))
            return
        if path in self.refused:
            return
        try:
            image = self.image(path, number, entry)
            _within(image, sum(len(one.content) for one in self.images.values()))
        except Unfit as fault:
            self.refused.add(path)
            text, _, hint = str(fault).partition("\n")
            if not (fault.heavy and _picture(entry).url and not target):
                self.problems.append(Problem(text, place, hint))
            return
        alt = "" if image.decorative else alt or image.alt
        self.images[path] = replace(image, alt=alt, targets=(target,) if target else ())

    def image(self, path: Path, number: int, entry: Mapping[str, Any]) -> Image:
        """The picture of a file, its bytes clean. Raises Unfit."""
        import hashlib

        try:
            data = files.read_bytes(path, ReleaseError, "picture", _FILE_LIMIT)
            file = image_file.read(data)
        except image_file.Unusable as fault:
            raise Unfit(f"{path.name} {fault}") from None
        except ReleaseError as error:
            raise Unfit(f"{error}\n{error.problems[0].hint}") from None
        content = data if entry.get("keep_location") is True else file.clean
        cid = f"{hashlib.sha256(content).hexdigest()[:20]}@{self.domain}"
        own = {name: getattr(words, name) for words in [_picture(entry)] for name in ("alt", "caption", "credit", "url", "decorative")}
        return Image(
            **own, name=self.name(path, file.kind), cid=cid, width=file.width, height=file.height, path=path,
            media_type=file.media_type, content=content, entry=number,
        )  # fmt: skip

    def name(self, path: Path, kind: str) -> str:
        """A name that no other picture of this release has, and that needs no quoting anywhere."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", path.name).lstrip(".-") or f"picture.{kind}"
        taken, number, name = {image.name.lower() for image in self.images.values()}, 1, plain
        while name.lower() in taken:
            number += 1
            name = f"{number}-{plain}"
        return name


class Unfit(ValueError):
    """A picture that does not go into a mail; the text says why, and after a line end how to mend it."""

    heavy = False  # it is a good picture, only too large


def _within(image: Image, before: int) -> None:
    """Raises Unfit for a picture over a limit; `before` are the bytes of the pictures before it."""
    name, size, pixels = image.path.name, len(image.content), image.width * image.height
    if pixels > PIXEL_LIMIT:
        raise Unfit(
            f"{name} has {image.width:,} × {image.height:,} pixels, and {PIXEL_LIMIT:,} in all are allowed\n"
            "make a copy of 1,800 pixels on its long side"
        )
    text = ""
    if size > IMAGE_LIMIT:
        text = f"{name} has {size:,} bytes, and {IMAGE_LIMIT:,} are allowed in a mail"
    elif before + size > IMAGES_LIMIT:
        text = f"with {name} the pictures have {before + size:,} bytes, and {IMAGES_LIMIT:,} are allowed in a mail"
    if text:
        fault = Unfit(f"{text}\nmake a smaller copy, and give `url:` where the large one lies")
        fault.heavy = True
        raise fault
