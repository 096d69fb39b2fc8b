"""Colours and sizes shared by all pictures: calm, legible in grey, safe for colour-blind readers.

Every text colour has a contrast of at least 4.5 : 1 on PAPER and TILE; a colour never says anything alone.
"""

from __future__ import annotations

PAPER, TILE, CARD = "#ffffff", "#f5f3ee", "#faf9f6"
RULE, FAINT = "#d8d3c7", "#e7e3da"
INK, MUTED = "#1f2933", "#52606d"
DEEP, DEEPEST = "#2b6787", "#143a4f"  # chevrons run from one to the other
BAND, BAND_EDGE = "#a9cbdc", "#5f9ab8"
FEELING, FEELING_BAND = "#14506e", "#cfe0e8"
WORDS = "#7a3b00"  # what is read from texts
SENT, RECEIVED = "#c4560c", "#0b6fae"
LOSS, LOSS_TEXT = "#c95f1f", "#96390a"
GOAL = "#dcebe4"  # ground of what is wanted
PAIN, GOOD, BAD, EVEN = "#9b2c12", "#0b6650", "#9b2c12", "#52606d"

SMALL, BODY, LANE, LARGE = 13.0, 14.0, 15.5, 26.0


def mixed(start: str, end: str, share: float) -> str:
    """Return the colour that lies `share` of the way from `start` to `end`."""
    pairs = [(int(start[i : i + 2], 16), int(end[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def contrast(text: str, ground: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, 1 … 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
