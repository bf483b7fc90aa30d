"""The twelve accents an initiative chooses from, as letters and print need them; pages have theirs in `tokens.css`."""

ACCENTS: dict[str, str] = {
    "ziegel": "#A63D1F",
    "mennige": "#B23A06",
    "stahl": "#2B5A8C",
    "ultramarin": "#3543A8",
    "reseda": "#4B6A2B",
    "tanne": "#176144",
    "wasser": "#00677F",
    "pflaume": "#7A2E6E",
    "beere": "#A1244F",
    "ocker": "#7A5600",
    "schiefer": "#4A545C",
    "kobalt": "#1F55C4",
}
"""Name to colour on light ground; white text on each has a contrast of at least 6."""

CSS_NAMES: dict[str, str] = {
    "ziegel": "brown",
    "mennige": "firebrick",
    "stahl": "steelblue",
    "ultramarin": "darkslateblue",
    "reseda": "darkolivegreen",
    "tanne": "darkgreen",
    "wasser": "teal",
    "pflaume": "purple",
    "beere": "mediumvioletred",
    "ocker": "darkgoldenrod",
    "schiefer": "slategray",
    "kobalt": "royalblue",
}
"""Name to the CSS3 colour that comes near it: calendars know colours by these names only (RFC 7986)."""
