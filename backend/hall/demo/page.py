"""The pages of the simulated projects, in French and English."""

from html import escape
from importlib.resources import files
from string import Template

from hall.demo.scene import Scene

_PAGE = Template(files("hall.demo").joinpath("page.html").read_text(encoding="utf-8"))

_TEXTS = {
    "en": {
        "arrived": "You are in:",
        "asked": "You asked for",
        "on_demand": "Hall puts its server to sleep $idle min after the last visit.",
        "scheduled": "Hall wakes its server for opening hours, and puts it to sleep after them.",
        "always_on": "Hall keeps its server awake, and wakes it again should it fall asleep.",
        "sleep_now": "Put it to sleep now",
        "again": "Ask Hall for this page again",
        "warming": "Still warming up:",
        "good_night": "Good night:",
        "wake_again": "Its server goes to sleep. Give it a few seconds, then ask again.",
        "simulated": "This project lives on a simulated server, on your own machine.",
    },
    "fr": {
        "arrived": "Vous y êtes :",
        "asked": "Vous avez demandé",
        "on_demand": "Hall endort son serveur $idle min après la dernière visite.",
        "scheduled": "Hall éveille son serveur pour les heures d’ouverture, et l’endort ensuite.",
        "always_on": "Hall garde son serveur éveillé, et le réveille s’il s’endort.",
        "sleep_now": "L’endormir maintenant",
        "again": "Redemander cette page à Hall",
        "warming": "Encore un instant :",
        "good_night": "Bonne nuit :",
        "wake_again": "Son serveur s’endort. Laissez-lui quelques secondes, puis redemandez.",
        "simulated": "Ce projet vit sur un serveur simulé, sur votre propre machine.",
    },
}


def language(accepted: str) -> str:
    """Return the language for an `Accept-Language`: French if it comes first, else English."""
    return "fr" if accepted.strip().lower().startswith("fr") else "en"


def arrived_page(scene: Scene, lang: str, *, target: str, again: str) -> bytes:
    """Show that the visitor is in, and which path and query brought them there."""
    texts = _TEXTS[lang]
    rule = Template(texts[scene.wanted.policy]).substitute(idle=f"{scene.wanted.idle_minutes:g}")
    content = f"<p>{texts['asked']}<code>{escape(target)}</code></p><p>{rule}</p>"
    return _page(scene, lang, heading="arrived", content=content, again=again)


def warming_page(scene: Scene, lang: str, *, again: str) -> bytes:
    """Show that the container runs and the project is not ready."""
    return _page(scene, lang, heading="warming", content="", again=again)


def good_night_page(scene: Scene, lang: str, *, again: str) -> bytes:
    """Show that the server goes to sleep, and the way to wake it."""
    content = f"<p>{_TEXTS[lang]['wake_again']}</p>"
    return _page(scene, lang, heading="good_night", content=content, again=again)


def _page(scene: Scene, lang: str, *, heading: str, content: str, again: str) -> bytes:
    texts = _TEXTS[lang]
    button = f'<form method="post" action="/sleep"><button>{texts["sleep_now"]}</button></form>'
    return _PAGE.substitute(
        lang=lang,
        name=escape(scene.name),
        accent_hex=scene.accent.removeprefix("#"),
        heading=texts[heading],
        content=content,
        sleep_button=button if heading == "arrived" else "",
        again=escape(again),
        again_text=texts["again"],
        simulated=texts["simulated"],
    ).encode()
