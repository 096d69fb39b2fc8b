"""A whole page around a body: one file that needs nothing else, neither network nor script."""

from __future__ import annotations

import html
import re
from pathlib import Path

from pipeline.pictures import fonts
from pipeline.reporting.elements import Markup
from pipeline.reporting.voice import Voice

STYLE = Path(__file__).resolve().parents[1] / "templates" / "report" / "page.css"
# The font of the pictures, under other names: the pictures in the page bring their own cut of it, with fewer letters.
_OWN_NAME = {fonts.FAMILY: "Parcours Text", fonts.SPARE: "Parcours Text Spare"}
# The browser itself then refuses scripts and outside requests, whatever the data brought in.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
# Signs that HTML forbids, and those that turn the direction of text round on the sly.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_TAG_OR_STYLE = re.compile(r"<style>.*?</style>|<svg\b.*?</svg>|<[^>]*>", re.DOTALL)


def page(title: str, language: str, body: Markup, skip_to: str, skip: str) -> str:
    """Return a whole HTML document.

    Parameters
    ----------
    title
        Title of the window.
    language
        Language of the text, for screen readers and hyphenation.
    body
        Content of ``<main>``.
    skip_to, skip
        Where the first link leads (an id) and what it says: keyboard users begin there.
    """
    template = Markup(
        '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n"
        '<a class="skip" href="#{skip_to}">{skip}</a>\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )
    title, body = _FORBIDDEN.sub("", title), Markup(_FORBIDDEN.sub("", body))
    family = f':root {{ --font: "{_OWN_NAME[fonts.FAMILY]}", "{_OWN_NAME[fonts.SPARE]}"; }}'
    style = Markup(_fonts(f"{title}{body}") + f"\n{family}\n" + STYLE.read_text(encoding="utf-8"))
    return str(
        template.format(
            language=language, policy=Markup(_POLICY), title=title, style=style, skip_to=skip_to, skip=skip, body=body
        )
    )


def page_beside_reports(name: str, title: Markup, content: Markup, voice: Voice) -> str:
    """Return a page of the whole brand: the way back to all reports, its title, and what it says.

    Parameters
    ----------
    name
        Its anchor.
    title
        Its heading, which is also the title of the window.
    content
        What stands below.
    voice
        Language, and the brand's name.
    """
    language, brand = voice.language, voice.params.workspace.name[voice.language]
    body = Markup(
        '<nav class="others">\n<a href="index.html">{back}</a>\n</nav>\n'
        '<section id="{name}" lang="{language}">\n<header>\n'
        '<p class="kicker">{kicker}</p>\n<h1>{title}</h1>\n</header>\n{content}\n</section>'
    ).format(
        back=voice.say("all_reports"),
        name=name,
        language=language,
        kicker=voice.say("kicker", workspace=brand),
        title=title,
        content=content,
    )
    return page(f"{title} · {brand}", language, body, name, str(voice.say("skip")))


def _fonts(text: str) -> str:
    """Return the style sheet with the page's own font, cut to the letters that its text uses."""
    letters = set(html.unescape(_TAG_OR_STYLE.sub("", text))) - {"\n", "\t"}
    cut = fonts.cut_fonts({fonts.REGULAR: letters, fonts.SEMIBOLD: letters})
    return fonts.font_faces({(_OWN_NAME.get(family, family), weight): font for (family, weight), font in cut.items()})
