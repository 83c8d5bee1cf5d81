"""What a printed number is called: its label, and the declared quantity that the words name.

Decides on words only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon
from wardround.text import Lang

CLAUSE = {"zh": re.compile(r"[，,；;。：:、（）()|]"), "en": re.compile(r"[;:()|]|[,.](?=\s|$)")}
"""Where a clause ends."""


def own_label(lead: str, lexicon: Lexicon) -> str:
    """What a change's own clause says it is a change of; '' if it goes on with what was said."""
    noise = lexicon.compile(
        r"«compared»|«moved»|«direction»|«earlier:before»|«comparison»|«approximate:before»"
        r"|«noise:change»|[多少高低]了?$|[了的为是也则又再共比较与和均净数量达有约在上年度由于因以呈,，()（）\s\x01-]"
    )
    return noise.sub("", lead)


def label_of(lang: Lang, lead: str, after: str, lexicon: Lexicon) -> str:
    """The words that name a number."""
    noise = (
        r"(?:«comparison»|(?<![签预节])«approximate:before»|«metric_noise»|«part»|«whole:cue»|«period»|为|是|达|有|了"
        r"|均|全院|我院|本院|今年|月|份|we|our|[\s\x01\x02\d—–~-])+"
    )
    words = lexicon.compile(f"^{noise}").sub("", lead)
    words = re.sub(r"^\W*(?:of )?(?:which|whom|them|these)\b", "", words)
    words = lexicon.compile(f"{noise}$").sub("", words)
    if lang == "en":
        after = re.sub(r"^\s+(?:were|was|are|is)\b", "", after)
        tail = re.split(
            r"[,;:.()]|\s(?:in|for|with|by|on|from|to|than|and|at|of|was|were|over|among|or)\b|\d",
            after,
        )
        words = f"{' '.join(words.split())} {' '.join(tail[0].split())}"
    return words.strip("，,、：:；; ")[-30:]


def concept_near(lang: Lang, wide: str, after: str, lexicon: Lexicon) -> str:
    """The declared quantity named nearest to a number, or ''."""
    clauses = CLAUSE[lang].split(wide)
    bare = lang == "zh" and len(clauses) > 1 and not clauses[-1].strip(" \x01")
    lead = clauses[-2] if bare else clauses[-1]
    best, key = -1, ""
    for hit in lexicon.find("quantity", lead):
        if _some_kind_of(lead[: hit.start], hit.text):
            continue
        if hit.end >= best and not _other_thing(lang, lead[hit.end :], lexicon):
            best, key = hit.end, hit.means
    if lang == "zh":
        hit2 = next(lexicon.find("quantity", CLAUSE["zh"].split(after)[0][:5]), None)
        return key or (hit2.means if hit2 and hit2.start <= 2 else "")
    tail = CLAUSE[lang].split(re.sub(r"^\s*\([^)]*\)", "", after))[0][:34]
    of_it = None if key else re.match(r"\s*of\s+(?:the\s+)?", tail)
    if of_it:
        named = next(lexicon.find("quantity", tail[of_it.end() :]), None)
        return named.means if named and named.start == 0 else ""
    if re.match(r"\s*(?:of|or)\b", tail) or (key and _SAID.fullmatch(lead[best:])):
        return key
    for hit in lexicon.find("quantity", tail):
        if hit.start <= 14 and not re.search(r"\band\b", tail[: hit.start]):
            return hit.means
    return key


_BARE = frozenset({"income", "revenue", "expenditure", "spending"})
_ITS_OWN = re.compile(
    r"(?:^|\W|\b(?:the|our|its|total|operating|business|hospital|annual|overall|all|of|and|whole))\s*$",
    re.IGNORECASE,
)


def _some_kind_of(before: str, word: str) -> bool:
    """Whether a bare word has another before it that makes it one kind: other income."""
    return word.lower() in _BARE and not _ITS_OWN.search(before.rstrip())


_SAID = re.compile(
    r"\W*(?:was|were|is|of|at|stood at|reached|came to|fell to|rose to|totalled|numbered)?\W*"
    r"(?:(?:a|the|about|some)\s+)?", re.IGNORECASE,
)  # fmt: skip
"""What stands between a quantity's name and its number."""


def _other_thing(lang: Lang, between: str, lexicon: Lexicon) -> bool:
    """Whether what follows a quantity's name makes it another quantity (门诊收入, 手术室)."""
    if lang == "zh":
        return len(_bare(own_label(between, lexicon), lexicon)) > 1
    return bool(
        re.match(r"\s+(?:income|revenue|rate|cost|department|theatre|satisfaction)", between)
    )


@lru_cache(maxsize=4)
def rates(lexicon: Lexicon) -> frozenset[str]:
    """The declared quantities that are the quotient of two others, and so may be percentages."""
    quotients = (entry.means.split(" ", 2) for entry in lexicon.by_group.get("relation", ()))
    return frozenset(whole for whole, op, rest in quotients if op == "=" and "/" in rest)


def pure(lang: Lang, lead: str, concept: str, lexicon: Lexicon) -> bool:
    """Whether a clause names a declared quantity and nothing beside it: 出院, but not 内科出院."""
    hits = [h for h in lexicon.find("quantity", lead) if h.means == concept]
    if not hits:
        return False
    general = lexicon.compile(r"«noise:whole»|\d+")
    before, behind = lead[: hits[-1].start], lead[hits[-1].end :]
    if lang == "zh":
        bare = general.sub("", own_label(before + behind, lexicon))
        return len(_bare(bare, lexicon)) <= 1
    return not re.sub(r"[^a-z]", "", own_label(general.sub("", before), lexicon).lower())


def _bare(words: str, lexicon: Lexicon) -> str:
    """Words without those that only say that something is counted."""
    return lexicon.compile(r"«noise:counted»|[共总约近\s\x01]").sub("", words)
