"""Pages for people: the waiting page and plain messages, rendered from what was read at start.

Nothing here reads a file once the process serves: a page must not wait for a slow SD card, and
an asset is looked up in a dictionary, so no path can lead out of it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from hall.core.model.messages import TEXTS
from hall.interface.pages.assets import Asset, imports_of, read_assets
from hall.interface.pages.i18n import Words
from hall.interface.pages.view_model import Sayings, put_into_words
from hall.interface.wire.page import Fields

Language = Literal["fr", "en"]


MessageKind = Literal["refused", "unknown", "error"]


LANGUAGES: tuple[Language, ...] = ("en", "fr")


ENTRY = "waiting/waiting.js"


SHEETS = ("tokens.css", "base.css", "components.css")


FOR_SCRIPTS = ("base", "domain", "name", "target", "zone", "visited")


SPOKEN_BY_SCRIPTS = ("waiting.", "stage.", "time.", "reason.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What the waiting page needs to know besides the state.

    ``message`` is in the right language already; ``contact`` is free text, an e-mail address or a
    URL; ``target`` is where the visitor wants to be (absolute, from the configuration), ``stays``
    whether that is the address of this very page, ``here`` the page's path and query; ``visited``
    is False if nobody asked for it, but a browser by itself; ``zone`` is that of the schedule, or
    of the gateway.
    """

    lang: str
    nonce: str
    name: str
    domain: str
    target: str
    here: str
    stays: bool = False
    visited: bool = True
    message: str | None = None
    accent: str | None = None
    logo_url: str | None = None
    contact: str | None = None
    zone: str = "UTC"
    base: str = "/_hall"


class Pages:
    """Renders pages from the templates, styles and locales of ``frontend_dir``."""

    def __init__(self, frontend_dir: Path) -> None:
        self._assets = read_assets(frontend_dir)
        self._modules = imports_of(self._assets, ENTRY)
        self._css = _read_css(frontend_dir)
        self._words = {lang: Words(_read_words(frontend_dir, lang)) for lang in LANGUAGES}
        self._icons = json.loads(self._assets["waiting/icons.json"].body)
        self._templates = Environment(
            loader=DictLoader(_read_templates(frontend_dir)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False}

    def waiting(self, state: Fields, *, view: PageView) -> str:
        """The waiting page of a domain, complete as it stands; scripts only keep it up to date."""
        words = self._words[_known(view.lang)]
        says = put_into_words(state, words, view.zone, here=view.stays)
        return self._templates.get_template("waiting.html").render(
            **self._frame(words, view.lang, asdict(view), state["page"]["mood"], says.headline),
            says=says,
            page=state["page"],
            view=view,
            modules=self._modules,
            refresh=_refresh(says, view),
            data=self._for_scripts(state, view, words),
        )

    def message(
        self, kind: MessageKind, *, lang: str, nonce: str, values: Mapping[str, str | None]
    ) -> str:
        """A page that only says something.

        Args:
            kind: refused (403), unknown (404) or error.
            lang: one of ``LANGUAGES``.
            nonce: the one in the Content-Security-Policy of this answer.
            values: any of ``name``, ``accent``, ``logo_url``, ``contact``, ``address`` (of the
                visitor, shown to who is refused) and ``detail`` (a sentence more).
        """
        words = self._words[_known(lang)]
        headline = words(f"message.{kind}.headline")
        mood = "failed" if kind == "error" else "asleep"
        return self._templates.get_template("message.html").render(
            **self._frame(words, lang, {**values, "nonce": nonce}, mood, headline),
            lead=words(f"message.{kind}.lead"),
            detail=_detail(kind, values, words),
        )

    def choose_language(self, accept_language: str | None) -> Language:
        """The language to speak to this browser; English unless it prefers French."""
        accepted = parse_accept_header(accept_language, LanguageAccept)
        return "fr" if accepted.best_match(LANGUAGES, "en") == "fr" else "en"

    def asset(self, path: str) -> Asset | None:
        """The asset at a path below ``assets/``, None if there is none."""
        return self._assets.get(path)

    def _frame(
        self, words: Words, lang: str, given: Mapping[str, Any], mood: str, headline: str
    ) -> dict[str, Any]:
        """What every page has: head, brand, light, contact."""
        name = given.get("name") or ""
        return {
            "lang": _known(lang),
            "words": words,
            "nonce": given["nonce"],
            "css": self._css,
            "accent": _accent(given.get("accent")),
            "icon": f"data:image/svg+xml,{quote(self._icons[mood])}",
            "mood": mood,
            "headline": headline,
            "title": f"{headline} · {name}" if name else headline,
            "name": name,
            "logo_url": given.get("logo_url"),
            "contact": given.get("contact"),
            "contact_href": _href(given.get("contact")),
        }

    def _for_scripts(self, state: Fields, view: PageView, words: Words) -> dict[str, Any]:
        spoken = {
            key: text for key, text in words.table.items() if key.startswith(SPOKEN_BY_SCRIPTS)
        }
        page = {name: getattr(view, name) for name in FOR_SCRIPTS}
        return {"state": dict(state), "words": spoken, "icons": self._icons, "page": page}


def _known(lang: str) -> Language:
    return "fr" if lang == "fr" else "en"


def _accent(accent: str | None) -> Markup | None:
    """The accent as a style, if it is a colour and nothing else."""
    if accent is None or not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        return None
    return Markup(":root{--accent:%s}") % accent


def _href(contact: str | None) -> str | None:
    """Where a contact leads; None if it is words only."""
    if contact is None:
        return None
    if re.fullmatch(r"https?://\S+|mailto:\S+", contact):
        return contact
    return f"mailto:{contact}" if re.fullmatch(r"[^\s@<>:]+@[^\s@<>:]+\.\w+", contact) else None


def _detail(kind: MessageKind, values: Mapping[str, str | None], words: Words) -> str | None:
    address = values.get("address")
    if kind == "refused" and address:
        return words("message.refused.detail", address=address)
    return values.get("detail")


def _refresh(says: Sayings, view: PageView) -> str | None:
    """How a page without scripts goes on, as the content of a meta element."""
    if says.refresh_s is None:
        return None
    return f"{says.refresh_s};url={view.target}" if says.phase == "ready" else str(says.refresh_s)


def _read_css(folder: Path) -> Markup:
    sheets = [folder / "shared/styles" / name for name in SHEETS]
    sheets += sorted((folder / "waiting").glob("*.css"))
    css = "".join(sheet.read_text("utf-8") for sheet in sheets)
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return Markup(bare)  # noqa: S704 - our own files


def _read_templates(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in (folder / "waiting").glob("*.html")}


def _read_words(folder: Path, lang: Language) -> dict[str, str]:
    """The words of a language; the English sentences of reasons are those of the core."""
    words: dict[str, str] = json.loads((folder / "locales" / f"{lang}.json").read_text("utf-8"))
    english = {f"reason.{code}": text for code, text in TEXTS.items()}
    return words if lang == "fr" else {**words, **english}
