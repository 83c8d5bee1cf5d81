"""Who acts in an English sentence: subjects of verbs, agents after "by", those who are asked.

A name is a few words that end on a noun of the lexicon; it acts if it stands in one of `PLACES`.
Decides by grammar; tags, leaders, table columns and Chinese are `owners`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wardround.catalogue.lexicon import Lexicon

ARTICLE = re.compile(
    r"^(?:(?:the|our|its|their|an?|and|by)\s+)?"
    r"(?:(?:ward|hospital|trust|department|unit|team|section|organisation)[’']s\s+)?",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\s*\\?\([A-Z]{2,}s?\\?\)$")
_EN_WORD = r"[A-Za-z][\w’'/&-]*"
_WORD = (
    rf"(?!(?:«owner_never:inside:en»)[ ])"
    rf"(?:(?:band|grade|level|tier|year|ward)[ ]\d[ab]?\b|1[12]\d\b|{_EN_WORD})"
)
_PROPER = r"(?-i:[A-Z])[\w’'-]+(?:[ ](?-i:[A-Z])[\w’'-]+){0,3}"
_OF = (
    r"(?:[ ]of[ ](?:(?:the|each|every|all)[ ]"
    r"(?:(?:two|three|four|relevant|respective|using|clinical)[ ])?"
    r"(?:department|ward|section|office|unit"
    r"|branch|team|group|committee|board|station|clinic|floor|area|specialty|division|directorate"
    r"|(?:pharmacy|laboratory|canteen|warehouse)(?![ ](?:department|staff)))s?"
    r"|(?:[a-z]+[ ])?(?:departments|wards)"
    r"|the[ ](?:(?!«english:article»[ ])[a-z-]+[ ]){1,3}"
    r"(?:department|section|ward|team|office|cent(?:er|re)|group|committee|bureau)s?\b"
    rf"|{_PROPER}(?:[ ]and[ ]{_PROPER})?))"
)
_FOR = (
    r"(?:(?<=director)|(?<=office)|(?<=committee)|(?<=manager)|(?<=lead)|(?<=head)|(?<=heads)|(?<=directorate)|(?<=officer)|(?<=chief)|(?<=nurse)|(?<=commission)"
    r"|(?:(?<=ministry)|(?<=department)|(?<=bureau)|(?<=administration))(?=[ ](?:of|for)[ ]))"
    r"(?:[ ](?:of|for)[ ]"
    r"(?!(?:the|an?|each|every|any|all|\w+ing(?<!nursing))\b|«english:ruling»)[\w-]+"
    r"(?:[ ](?-i:[A-Z])[\w-]+){0,2}(?:[ ](?:and|&)[ ](?!(?:the|an?)\b)[\w-]+)?){1,2}"
    r"(?=[ ](?:\(|«english:modal»|to|has|is|and|(?!\w+ss\b)[a-z]{3,}s\b"
    r"|of[ ](?:the|our|this)[ ]hospital)|[.,;)]|$)"
)
_TITLED = (
    r"(?:(?!«owner_noun::en»[ ](?:and|&))(?-i:[A-Z])[\w’'-]+[ ]){1,4}"
    rf"(?:and|&)[ ](?:{_PROPER}[ ])?"
)
_PAIRED = (
    rf"(?:(?!«owner_noun::en»){_WORD}[ ]){{1,2}}and[ ](?:{_WORD}[ ]){{1,3}}"
    r"(?=(?-i:[a-z]))(?=«owner_noun::en»)"
)
_NAME = (
    r"(?:(?:(?:each|every|all|other)(?:[ ](?:kinds|levels|types)[ ]of)?"
    r"|members[ ]of[ ](?:the|each))[ ])?"
    rf"(?:{_PAIRED}|{_TITLED}|(?:{_WORD}[ ]){{0,5}})"
    rf"«owner_noun::en»(?:{_OF}|{_FOR})?"
    r"(?:[ ]on[ ](?:\w+[ ])?(?:duty|call|shift)|[ ]in[ ]charge"
    r"(?:[ ]of[ ](?!the\b)[a-z-]+(?:[ ](?:work|service|care|management))?)?|[ ]at[ ]all[ ]levels)?"
    r"(?:[ ](?:or|and)[ ]above|[ ](?:concerned|involved))?"
    r"(?:[ ]\\?\((?!(?:Dr|Mr|Ms|Mrs|Prof)\b)[^()]{2,14}\))?"
)
_OURS = r"(?:[ ]of[ ](?:the|our|this)[ ](?:[A-Z]\w+[ ])?(?:hospital|institute|trust))?"
"""Whose body it is, which is no part of its name."""
_RUN = (
    rf"(?:«english:article»[ ])?{_NAME}{_OURS}(?:(?:,[ ](?:and|or)[ ]|,[ ]|[ ](?:and|or|&)[ ])"
    rf"(?:«english:article»[ ])?{_NAME}{_OURS}){{0,5}}"
)
AS_LEADER = (
    rf"(?:\b(?:with|and)|,)[ ](?:the[ ])?({_NAME}(?:[ ]in charge)?)[ ]as[ ](?:the[ ])?"
    r"(?:deputy[ ]|group[ ]|team[ ])*(?:leader|director|head|chair|chairman)"
)
HEADED = re.compile(
    r"\b(?:(?:[Gg]roup|[Cc]ommittee|[Tt]eam|[Oo]ffice|[Cc]ent(?:er|re)|[Hh]eadquarters)\b[^.;]{0,40}?"
    r"\b(?:headed|led|chaired) by (?:the )?(?:[A-Z][a-z]+ ){0,2}?"
    r"(?:President|Dean|Director|Secretary|Chairman|Chief)"
    r"|(?:director|head|leader|chair)\b[^.;]{0,24}\bheld by) ([A-Z][a-z]+ [A-Z][a-z]+)"
)
AS_HEAD = re.compile(
    r"\bwith ([A-Z][a-z]+ [A-Z][a-z]+) as (?:the )?(?:deputy )?(?:leader|director|head|chairman)"
)
_DONE = r"(?:\w+ed|«english:done»)\b"
_UNDERGOES = (
    r"(?:«english:modal»[ ](?:not[ ]|all[ ]|also[ ])?be[ ](?:\w+ly[ ])?"
    rf"(?!«english:bound»){_DONE}(?![ ]with[ ]the[ ]task)"
    r"|«english:modal»[ ](?:not[ ]|all[ ]|also[ ]|always[ ])?be[ ](?:\w+ly[ ])?«english:so»"
    r"|receives?[ ]"
    r"(?:an?[ ]minimum|«comparison:>=:en»|(?:[\w-]+[ ]){0,4}?«english:given»)"
    rf"|(?:is|are)[ ]to[ ]be[ ]{_DONE}"
    r"|«english:modal»[ ]receive[ ][£$€\d]"
    r"|(?:will|shall)[ ](?:open|close|reopen|relocate)\b(?![ ]«english:object»|[ ]\d)"
    r"|(?:have[ ]|has[ ])?(?:all[ ])?worked[ ](?:very[ ])?hard"
    r"|«owner_after:undergo:en»)"
)
"""What is done to a name is not done by it: "The department shall be fined"."""
_IS = (
    r"(?:(?:is|are|was|were)[ ]"
    r"(?!(?:«english:adverb»[ ]|not[ ])*(?:«english:duty»|«english:bound»[ ]to\b"
    r"|(?!being|lacking|facing)\w+ing\b))"
    r"|(?:has|have|had)[ ](?:not[ ])?(?:yet[ ])?been[ ](?!required|requested|asked))"
)
"""What a name is, not what it does: "The team is weak", "The centre was put into use"."""
_COMPOUND = (
    r"(?:to[ ]\w+[ ]ratios?\b"
    r"|(?!(?:«english:modal»|«english:be»|may|can|has|have|had|to|also|and|or|which|who|that|then"
    r"|all|each|both|not|needs?|do|does|never|always|\w+ly)\b)[a-z]+[ ]"
    r"(?:(?!(?:and|or|but|which|who|that|what|how|whether|if|when|to|the|it)\b)[a-z]+[ ])?"
    r"(?:takes?|is|are|was|were|«english:modal»|has|have|can|needs?|happens?|starts?)(?![\w-])"
    r"|visits[ ]\d|led[ ](?!by\b|the\b|an?\b|on\b|to\b)"
    r"|(?<!s[ ])(?!plans?[ ]to[ ])«english:thing»[ ])"
)
"""What follows a name and belongs to it: "Board rounds take place"."""
_VERB = (
    rf"(?-i:(?=[a-z]))(?!{_UNDERGOES}|{_IS}|{_COMPOUND})(?:«owner_after:verb:en»"
    r"|(?!«english:which»)[a-z]{3,}ed\b(?![ ](?:by|in[ ]the))|«english:did»"
    r"|(?=[a-z]{3,}(?<![su])s[ ])(?!«english:state»|«english:thing»|«unit:count:en»"
    r"|«kind:activity:en»)(?-i:[a-z])[a-z]+[ ]|plans?[ ]to[ ]"
    r"|(?<=s[ ])(?!«english:little»|«english:state»|\w{3,}(?:ing|ed|s)\b)(?-i:[a-z])[a-z]{2,}[ ])"
)
"""A verb of doing: one that is listed, a past, or a word in the place and shape of a verb."""
_ASIDE = (
    r"(?:,?[ ]«english:beside»[ ](?P<beside>[^,]{3,160}?)(?:,|(?=[ ]«english:modal»[ ]))"
    r"|,[ ](?:\w+(?:ed|ing)|led|with|which|who|in|under|through)[ ][^,]{3,90},"
    r"|[ ](?:before|after|upon|while)[ ]\w+ing(?:[ ][\w’'-]+){0,5}?(?=[ ](?:to|«english:modal»)[ ])"
    r"|[ ]\([^()]{3,60}\)|[ ](?:is|are)[ ](?:chaired|led)[ ]by[ ][^,.;]{3,60}?[ ]and(?=[ ]))"
)
_SUBJECT = (
    rf"(?P<run>{_RUN})[\"”]?{_ASIDE}?"
    r"(?:[ ](?:of|in|on|at|for|with|from|under|over|above|aged|below|between)[ ]"
    rf"(?:[\w’'-]+[ ]){{0,9}}?(?!{_UNDERGOES})(?:«english:modal»|(?:is|are)[ ](?:«english:duty»"
    r"|(?:\w+ly[ ])?(?!being|lacking|facing|living|waiting)\w+ing\b))"
    rf"|[ ](?:who|that)[ ][^,;.]{{3,60}}?[ ](?!{_UNDERGOES})«english:modal»"
    rf"|(?:[ ]of (?:the|our)(?: [A-Z]\w+)? hospital|[ ](?:in|at)[ ](?:each|every|all)[ ]\w+)?"
    rf"(?:[ ](?:also|then|\w+ly))?[ ]{_VERB}"
    r"|[ ](?:at[ ]least[ ])?(?:«times:1»|«times:2»|(?:«number::en»|\d+)[ ]times)"
    r"[ ](?:an?|per|each|every)\b)"
)
_OPENING = (
    r"(?:^|,[ ](?:where|when|after[ ]which|at[ ]which)[ ]|[,;:.“\"\n—–]\s+|,\s"
    r"|(?<!\bso )\bthat[ ]|[\"“]|\b(?:while|whereas)[ ](?=(?:the|our)[ ])"
    r"|(?:^|[,;:.][ ]|\band[ ])"
    r"(?:[Ii]n|[Oo]n|[Ff]rom|[Ss]ince|[Dd]uring|[Ee]very|[Ee]ach|[Uu]ntil)[ ]"
    r"(?:the[ ])?(?:[\w-]+[ ]){1,3}(?=(?:the|our)[ ])"
    r"|\band[ ](?=(?:the|each|every|all)[ ]|(?:[\w’'-]+[ ]){1,5}?«english:modal»[ ](?!be\b))"
    r"|\b(?:unless|until|once)[ ](?=(?:the|an?|each|every)[ ]))"
    r"(?:and[ ]|but[ ]|so[ ]|therefore,?[ ]|all[ ](?=the[ ]))?"
)
_THEY = (
    r"(?:[ ](?:within|before|by|on|at)[ ][^,;.]{2,24})?,[ ](?:who|which)[ ](?:then[ ])?"
    r"(?:«english:modal»[ ](?!be\b|receive\b)"
    r"|(?!is|was|has|as)(?:[a-z]{3,}s|(?:then[ ])?[a-z]{3,})[ ]«english:object»)"
)
_SHARED = (r"(?<=,[ ])(?:and[ ])?(?=[^.;,]*[ ](?:for|of)[ ])", r"[ ](?:for|of)[ ]")
"""Others that answer for other things: "the ward is responsible for A, the office for B"."""
PLACES = (
    (
        r"(?:\b«english:be»[ ](?!(?:\w+[ ]){0,3}?«english:felt»[ ]by)(?:[\w-]+[ ]){1,6}?"
        r"|\b«english:led»[ ]"
        r"|[ ]and[ ](?:\w+ly[ ])?|(?:(?:,|[ ]and|[ ]then|[(])[ ]?|\bas[ ])(?!headed)"
        r"\w+(?:ed|en|ewn|elt|ught|eld)[ ](?:out[ ])?)"
        r"(?:by|through[ ](?=(?:the|our)[ ]))[ ]?(?:«number::en»[ ])?",
        r"(?![ ](?:of|for)\b|[ ](?-i:[A-Z][a-z]+[ ][A-Z][a-z]+))",
    ),
    (
        r"(?<!ed)(?<!en)(?<!wn)(?<!by)[ ]by[ ](?!«number::en»)"
        r"(?=(?:the|each|every|special|dedicated|full-time)[ ])",
        r"(?=[,.;]|[ ]and[ ]|[ ]of[ ]the|[ ]every|[ ]once|[ ]to[ ]|[ ]is[ ]responsible|$)",
    ),
    (r"\b(?:«english:ask»|(?<=^We[ ])(?:expect|want))[ ]", r"[ ]to[ ]"),
    (r"«english:open»[ ]for[ ]", r"[ ]to[ ]"),
    (
        r"\b(?:(?:appoint|assign|designat|nominat)(?:e?s|e?d|ing)?|having)[ ]"
        r"(?:(?:an?|the|one)[ ])?",
        r"[ ]to[ ](?!(?:the|an?|each|all|be)\b)",
    ),
    (
        r"(?:^|[ ](?:and|has|have)[ ]|,[ ])(?:(?:«number::en»|\d+|an?)[ ])?",
        r"[ ](?:\w+ly[ ])?responsible[ ]for\b",
    ),
    (
        r"(?:(?:\b(?:is|are|remains?)|[–—-])[ ](?:the[ ])?(?:joint[ ])?responsibility[ ]of"
        r"|(?:rests|lies|sits)[ ]with|falls[ ]to|entrusted[ ]to|assigned[ ]to)[ ]",
        r"(?![ ]to[ ])",
    ),
    (
        r"\b(?:duties|responsibilities|functions|tasks|roles?)[ ]of[ ]",
        r"[ ](?:«english:be»[ ](?:to[ ]|\w+ing\b)|includes?[ ])",
    ),
    (
        r"\b(?:under|after|upon|with|in)[ ](?:the[ ])?(?:\w+[ ])?«english:oversight»[ ]"
        r"(?:of|with|from)[ ](?!(?:their|our|its|other)[ ])",
        "",
    ),
    (
        r"\b(?:submitted|reported|sent|presented)[ ](?:up[ ])?to[ ]",
        r"[ ](?:for[ ](?:its[ ])?)?«english:ruling»",
    ),
    (r"\bwith[ ]", r"[ ](?:\w+ly[ ])?(?:expected|required|\w+ing)\b"),
    (r"\b«english:acted»(?:[ ]jointly)?[ ]by[ ]", ""),
    (r"\bgroup[ ]headed[ ]by[ ]", r"(?![ ](?-i:[A-Z]))"),
    (r"\b(?:to|by|with|from)[ ]", _THEY),
    _SHARED,
)
"""What stands before a name that acts, and behind it: "is checked by … ", "asks … to …"."""
_ANSWERS = re.compile(r"\b(?:responsible for|in charge of) ", re.IGNORECASE)
_WHICH = (
    r",?[ ]which[ ](?!is\b(?![ ](?:\w+ly[ ])?(?:responsible|in[ ]charge))"
    r"|are\b|was\b|were\b|has\b|have\b)"
    r"(?:«owner_after:verb:en»|(?!«english:state»)[a-z]{3,}s[ ])"
)
NEAR = 80
"""How far before "which" the name may begin that it speaks of."""
_A_BODY = re.compile(r"an? ", re.IGNORECASE)
"""A body told of for the first time is being set up; a role is any who has it."""
_WITH_THEM = re.compile(r"\bwith\s[^,;.]*,\s*$")
"""Names in a list that "with" opened: "works with doctors, leaders and staff to set …"."""
_OWN = re.compile(r"our (?:ward|department|section|office|team|unit|clinic|centre|center)", re.I)
"""A department that speaks of itself: "our ward"."""
_MUST = r"[ ]«english:modal»[ ]"
_GIVEN = re.compile(r"(?:the|each|every|all) ")
"""Behind these words a name is a subject of its own: "… monthly and the Board reviews it"."""
_ONLY_TOLD = re.compile(
    r"%\s+of\s[^.;:]*$|\b(?:such as|including|namely|for example)\b[^.;:)]{0,120}$"
)
"""What stands behind these is counted or an example: "90% of midwives and …", "such as the …"."""
_THE_OFFICE = re.compile(r"\b[Tt]he office (?!(?:of|in|on|at|and|or|building|area|space)\b)")
"""The hospital's office, behind "the", is a name: "the office summarizes the results"."""
_BY_THEM = re.compile(r"\bby (?:the|a) (?:department|section|ward|team)\b(?! and\b)")
"""Those whom a thing concerns, behind "by the": "assessed by the department"."""


def english_agents(body: str, lexicon: Lexicon) -> Iterator[str]:
    """The names that act in a sentence: subjects, agents after "by", and those who are asked."""
    body = body.strip()
    names = lexicon.compile(rf"(?<![A-Za-z(-]){_NAME}")
    runs = [*_subjects(body, lexicon), *_placed(body, lexicon), *_relative(body, lexicon)]
    for found in (name.group() for run in runs for name in names.finditer(run)):
        words = _ACRONYM.sub("", ARTICLE.sub("", found.strip()))
        counted = lexicon.compile(r"«number::en»(?:-«number::en»)?[ ]").match(words)
        words = words[counted.end() :] if counted else words
        if words and not _is_never(words, body, lexicon) and _is_written_as_name(words, lexicon):
            yield words


def _subjects(body: str, lexicon: Lexicon) -> Iterator[str]:
    """The runs of names that open a clause and have a verb of doing behind them."""
    subject, must = lexicon.compile(_SUBJECT), lexicon.compile(_MUST)
    role = lexicon.compile(r"«owner_noun:role:en»")
    for opening in lexicon.compile(_OPENING).finditer(body):
        if _ONLY_TOLD.search(body[max(0, opening.start() - 2 * NEAR) : opening.start()]):
            continue
        joined = opening.group() == "and " and not _GIVEN.match(body, opening.end())
        if joined and not must.search(body[: opening.start()]):
            continue
        found = subject.match(body, opening.end())
        if found is None or _OWN.fullmatch(found["run"]):
            continue
        if found.group().endswith(" to") and _WITH_THEM.search(body[: opening.end()]):
            continue
        if _A_BODY.match(found["run"]) and not role.search(found["run"]):
            continue
        if must.match(body, found.end("run")) or not _is_imperative(found["run"], lexicon):
            yield from (run for run in found.group("run", "beside") if run)


def _placed(body: str, lexicon: Lexicon) -> Iterator[str]:
    """The runs of names that stand between the words of `PLACES`."""
    run = lexicon.compile(rf"(?:special[ ]personnel|{_RUN})")
    shared = _ANSWERS.search(body)
    for place in PLACES:
        if place == _SHARED and not shared:
            continue
        start = shared.end() if shared and place == _SHARED else 0
        for lead in lexicon.compile(place[0]).finditer(body, start):
            found = run.match(body, lead.end())
            if found and lexicon.compile(place[1]).match(body, found.end()):
                yield found.group()


def _relative(body: str, lexicon: Lexicon) -> Iterator[str]:
    """The names of which "which" says what they do: "the office, which collects …"."""
    names = lexicon.compile(rf"(?<![A-Za-z(-]){_NAME}")
    for which in lexicon.compile(_WHICH).finditer(body):
        near = body[max(0, which.start() - NEAR) : which.start()]
        yield from (n.group() for n in names.finditer(near) if n.end() == len(near))


def _is_never(words: str, body: str, lexicon: Lexicon) -> bool:
    """Whether words end as a name does and are none: the hospital itself, a bare "team"."""
    if re.search(r"^(?!.* of ).*\b(?:hospital|NHS(?: Foundation)? Trust)$", words, re.IGNORECASE):
        return True
    named = _THE_OFFICE.search(body) if words == "office" else _BY_THEM.search(body)
    told = named is not None and words in named.group()
    return lexicon.meaning("owner_never", words) is not None and not told


def _is_written_as_name(words: str, lexicon: Lexicon) -> bool:
    """Whether words that name an office only with capitals have them: "Tissue Viability"."""
    if re.match(r"(?:plan|programme|project|policy|strategy)[’']s ", words, re.IGNORECASE):
        return False
    whole = lexicon.compile(r"«owner_noun:whole:en»$").search(words)
    return not whole or not re.search(r"\b(?!and\b|to\b)[a-z]", whole.group())


def _is_imperative(run: str, lexicon: Lexicon) -> bool:
    """Whether what looks like a name begins with a verb: "Train department heads …"."""
    verb = lexicon.compile(r"«kind:measure:en»[ ]").match(run)
    return bool(verb) and not re.match(r"lead|\w+(?:ion|ment) ", run, re.IGNORECASE)
