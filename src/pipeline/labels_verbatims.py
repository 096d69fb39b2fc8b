"""Words of what customers say – themes, emotion read from texts – on maps: (French, English). `labels` takes them in."""

from __future__ import annotations

VERBATIM_LABELS: dict[str, tuple[str, str]] = {
    "lane_thoughts_unit": ("thème le plus fréquent, jamais une citation", "most frequent theme, never a quote"),
    "lane_emotion_unit_both": (
        "de −2 à +2, bande à {level} : notes ; losange : mots des clients",
        "from −2 to +2, {level} band: scores; diamond: customers’ words",
    ),
    "emotion_by_text": ("Émotion lue dans les textes", "Emotion read from texts"),
    "theme_share": ("{share} de {n} textes", "{share} of {n} texts"),
    "theme_share_short": ("{share} (n = {n})", "{share} (n = {n})"),
    "theme_explained": (
        "{customers} clients, {texts} textes sur {n} ; intervalle {interval}",
        "{customers} customers, {texts} of {n} texts; interval {interval}",
    ),
    "theme_quoted": ("« {theme} »", "“{theme}”"),
    "no_theme": ("pas de thème", "no theme"),
    "aria_theme": ("thème le plus fréquent : {theme}", "most frequent theme: {theme}"),
}
