"""What is wrong with how a page looks, found by measuring it in the browser."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, TypedDict

from playwright.sync_api import Page

_MEASURE: Final = """
    () => {
        const root = document.documentElement;
        const how = { visibilityProperty: true, opacityProperty: true };
        const shown = (box) => box.checkVisibility(how);
        const told = ({ tagName, className, textContent }) =>
            `${tagName}.${className} ${textContent.trim().slice(0, 60)}`;
        const boxes = [...document.body.querySelectorAll("*")].filter(shown);
        const isCut = (box) => {
            if (box.matches(".leaflet-container")) return false;
            const { overflowX, overflowY, clipPath } = getComputedStyle(box);
            if (clipPath !== "none" || !box.clientWidth || !box.textContent.trim()) return false;
            const hides = (overflow) => overflow === "hidden" || overflow === "clip";
            const mayScroll = overflowX === "auto" || overflowX === "scroll";
            const isWider = box.scrollWidth > box.clientWidth + 1;
            if (box.matches(".panel") && !mayScroll && isWider) return true;
            return (hides(overflowX) && isWider)
                || (hides(overflowY) && box.scrollHeight > box.clientHeight + 1);
        };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) {
            const { textContent, parentElement } = walker.currentNode;
            const isLeftOut = parentElement.closest("script, style, cite, body [lang]");
            const text = textContent.trim();
            if (text && !isLeftOut && shown(parentElement)) texts.push(text);
        }
        for (const box of boxes) {
            for (const name of ["placeholder", "title", "aria-label"]) {
                if (box.getAttribute(name)) texts.push(box.getAttribute(name));
            }
        }
        const wide = root.scrollWidth - root.clientWidth;
        return { wide, cut: boxes.filter(isCut).map(told), texts };
    }
"""
_HAN: Final = re.compile(r"(?![一二三四五六七八九十])[\u4e00-\u9fff]")
"""A Chinese letter, but no numeral: articles keep the number they have."""
_SENTENCE: Final = re.compile(r"(?:\b[A-Za-z]{2,}\b[ ,]+){2,}[a-z]{2,}\b")
"""Three English words in a row, the last of them no name."""


class Look(TypedDict):
    """What the browser measured.

    Attributes
    ----------
    wide
        Pixels by which the page is wider than the window.
    cut
        Elements that hide part of their text, and panels that something sticks out of.
    texts
        Texts that are read, but neither those marked as being of another language nor headings
        of the law, which are quoted as they stand.
    """

    wide: int
    cut: list[str]
    texts: list[str]


def look_at(page: Page) -> Look:
    """Measure a page that is shown."""
    look: Look = page.evaluate(_MEASURE)
    return look


_COMMAND = re.compile(r"parcelwatch(?: [a-z]+)+")
"""What is to be typed is the same in every language."""


def untranslated(texts: Iterable[str], language: str, data: Collection[str]) -> list[str]:
    """The texts that are of the other language, or have words of it around names and numbers.

    Parameters
    ----------
    data
        Texts that stay as they were handed over.
    """
    foreign = _SENTENCE if language == "zh" else _HAN

    def around(text: str) -> str:
        text = _COMMAND.sub("", text)
        for word in data:
            if word in text:
                text = text.replace(word, "")
        return text

    found = dict.fromkeys(text for text in texts if foreign.search(text) and text not in data)
    return [text for text in found if foreign.search(around(text))]
