"""How two answers of one person find each other without a name: a phrase of three words, or a code on paper.

What is stored are keyed hashes under a key of their own, for one pair of surveys: nothing leads from them to a
registration, and the same phrase at another dialogue has another hash. Who has both the database and the keys of the
installation can try all phrases; they then know words that somebody keeps at home, and not who.
"""

import hmac
import re
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from kit.settings import settings
from kit.tokens import derived_key

PHRASE_LENGTH = 3
# A code on paper has so many boxes, with a letter or a digit in each.
CODE_LENGTH = 6
EMPTY_BOX = "_"

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

Phrase = tuple[str, ...]
# The hash of a whole code, then one for each box left out.
Traces = tuple[str, ...]


@cache
def words() -> frozenset[str]:
    """Our own list: common words without umlauts, any two at least three letters apart, so that a slip can be mended."""
    return frozenset(Path(__file__).with_name("phrase_words.txt").read_text(encoding="ascii").split())


def draw() -> Phrase:
    """Three words at random."""
    ordered = sorted(words())
    return tuple(secrets.choice(ordered) for _word in range(PHRASE_LENGTH))


def written(phrase: Phrase) -> str:
    """As somebody keeps it: Apfel Wolke Zebra."""
    return " ".join(word.capitalize() for word in phrase)


def read(text: str) -> Phrase | None:
    """The phrase that somebody typed; None when it is none of ours.

    Capitals, spaces, hyphens and accents do not matter, the order does. One wrong, missing, additional or swapped letter
    in a word is mended. Words without a gap are told apart where that is possible in one way only.
    """
    found = re.findall("[a-z]+", _plain(text[:200]))
    if len(found) == PHRASE_LENGTH:
        mended = tuple(filter(None, map(_mended, found)))
        if len(mended) == PHRASE_LENGTH:
            return mended
    ways = _splits("".join(found), PHRASE_LENGTH)
    return ways[0] if len(ways) == 1 else None


def _plain(text: str) -> str:
    spelled = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    return "".join(letter for letter in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(letter))


def _mended(word: str) -> str | None:
    if word in words():
        return word
    near = _one_letter_away(word) & words()
    return next(iter(near)) if len(near) == 1 else None


def _one_letter_away(word: str) -> set[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts if right for letter in letters),
        *(left + letter + right for left, right in cuts for letter in letters),
    }


def _splits(text: str, parts: int) -> list[Phrase]:
    if parts == 1:
        return [(text,)] if text in words() else []
    return [
        (text[:place], *rest)
        for place in range(1, len(text))
        if text[:place] in words()
        for rest in _splits(text[place:], parts - 1)
    ]


def pairing_keys() -> list[bytes]:
    """The keys of pairs, of each secret of the installation; the first is the one in use."""
    return [derived_key(secret, "pairing") for secret in settings().secret_keys]


def phrase_hash(phrase: Phrase, *, scope: str, keys: Sequence[bytes], known: Collection[str] = ()) -> str:
    """What is stored of a phrase within `scope`, the id of a pair of surveys.

    It is one of the `known` hashes of that scope if the phrase is among them, also under a key from before a change of
    keys, and otherwise that of the first key.
    """
    found = [_hash(key, scope, "phrase", *phrase) for key in keys]
    return next((each for each in found if each in known), found[0])


def code(text: str) -> str | None:
    """A code as it stands in its boxes; None when it is too long or more than one box is empty or unreadable."""
    boxes = re.sub(r"[\s.-]", "", unicodedata.normalize("NFC", text).upper())
    boxes = re.sub("[^0-9A-ZÄÖÜ]", EMPTY_BOX, boxes)
    if len(boxes) != CODE_LENGTH or boxes.count(EMPTY_BOX) > 1:
        return None
    return boxes


def code_traces(boxes: str, *, scope: str, keys: Sequence[bytes], known: AbstractSet[str] = frozenset()) -> Traces:
    """What is stored of a code, by which codes that differ in one box still find each other; keys as in `phrase_hash`."""
    texts = [boxes, *(f"{boxes[:place]}?{boxes[place + 1 :]}" for place in range(len(boxes)))]
    found = [tuple(_hash(key, scope, "code", text) for text in texts) for key in keys]
    return next((traces for traces in found if not known.isdisjoint(traces)), found[0])


def match_codes(before: Sequence[Traces], after: Sequence[Traces]) -> list[tuple[int, int]]:
    """The pairs of codes, as places in both sequences.

    Equal codes are a pair when there is just one of them on each side. Codes that differ in one box are a pair when
    neither has anybody else as near, counting those who have found their pair already.
    """
    holders = [_holders(before), _holders(after)]
    pairs = {}
    for place, traces in enumerate(before):
        equal = [holders[side].get(traces[0], set()) for side in (0, 1)]
        near = set().union(*(holders[1].get(trace, ()) for trace in traces))
        if len(equal[0]) == len(equal[1]) == 1:
            pairs[place] = min(equal[1])
        elif len(near) == 1:
            other = min(near)
            if set().union(*(holders[0].get(trace, ()) for trace in after[other])) == {place}:
                pairs[place] = other
    return sorted(pairs.items())


def _holders(codes: Sequence[Traces]) -> dict[str, set[int]]:
    found = defaultdict(set)
    for place, traces in enumerate(codes):
        for trace in traces:
            found[trace].add(place)
    return found


def _hash(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "|".join(parts).encode(), "sha256").hex()[:32]
