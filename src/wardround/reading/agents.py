"""Who acts in an English sentence: subjects of verbs, agents after "by", those who are asked.

Decides by grammar and by the noun on which a name ends; tags, leaders, table columns and Chinese
are `owners`'s.
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
_EN_WORD = r"[A-Za-z][\w’'/-]*"
_ACRONYM = re.compile(r"\s*\\?\([A-Z]{2,}\\?\)$")
_BE = r"(?:be|been|is|are|was|were|being)[ ](?:[\w-]+[ ]){1,6}?"
_LED = (
    r"(?:led|supported|chaired|owned|overseen|and|followed|presided over"
    r"|(?:(?:,|[ ]and|[ ]then|[(])[ ]?)(?!headed)\w+(?:ed|en|ewn|elt|ught|eld))[ ]"
)
_WORD = (
    rf"(?!(?:«owner_never:inside:en»)[ ])"
    rf"(?:(?:band|grade|level|tier|year|ward)[ ]\d[ab]?\b|{_EN_WORD})"
)
_PROPER = r"(?-i:[A-Z])[\w’'-]+(?:[ ](?-i:[A-Z])[\w’'-]+){0,3}"
_OF = (
    r"(?:[ ]of[ ](?:(?:the|each|every|all)[ ]"
    r"(?:(?:two|three|four|relevant|respective|using|clinical)[ ])?"
    r"(?:department|ward|section|office|unit"
    r"|branch|team|group|committee|station|clinic|floor|area|specialty|division|directorate)s?"
    r"|(?:[a-z]+[ ])?(?:departments|wards)"
    r"|the[ ](?:[a-z-]+[ ]){1,3}(?:department|section|ward|team|office|cent(?:er|re)|group)s?\b"
    rf"|{_PROPER}(?:[ ]and[ ]{_PROPER})?))"
)
_FOR = (
    r"(?:(?<=director)|(?<=office)|(?<=committee)|(?<=manager)|(?<=lead)|(?<=head)|(?<=officer)|(?<=chief)|(?<=nurse))"
    r"(?:[ ](?:of|for)[ ](?!(?:the|an?|each|every|any|all|\w+ing(?<!nursing))\b)[\w-]+"
    r"(?:[ ](?-i:[A-Z])[\w-]+){0,2}(?:[ ]and[ ](?!(?:the|an?)\b)[\w-]+)?){1,2}"
    r"(?=[ ](?:\(|will|must|shall|should|to|has|is|and|(?!\w+ss\b)[a-z]{3,}s\b)|[.,;)]|$)"
)
_TITLED = rf"(?:(?!«owner_noun::en»)(?-i:[A-Z])[\w’'-]+[ ]){{1,4}}(?:and|&)[ ](?:{_PROPER}[ ])??"
_PAIRED = (
    rf"(?:(?!«owner_noun::en»){_EN_WORD}[ ]){{1,2}}and[ ](?:{_WORD}[ ]){{1,2}}"
    r"(?=(?:sections?|departments?|office|committee|division|teams|staff|services|leads|managers"
    r"|directors)\b)"
)
_NAME = (
    r"(?:(?:each|every|all(?:[ ](?:kinds|levels|types)[ ]of)?)[ ])?"
    rf"(?:{_PAIRED}|{_TITLED}|(?:{_WORD}[ ]){{0,5}})"
    rf"«owner_noun::en»(?:{_OF}|{_FOR})?"
    r"(?:[ ]on[ ](?:\w+[ ])?(?:duty|call|shift)|[ ]in[ ]charge"
    r"(?:[ ]of[ ](?!the\b)[a-z-]+(?:[ ](?:work|service|care|management))?)?|[ ]at[ ]all[ ]levels)?"
    r"(?:[ ](?:or|and)[ ]above)?"
    r"(?:[ ]\\?\((?!(?:Dr|Mr|Ms|Mrs|Prof)\b)[^()]{2,14}\))?"
)
_RUN = (
    rf"(?:(?:the|our|an?)[ ])?{_NAME}(?:(?:,[ ]and[ ]|,[ ]|[ ]and[ ]|[ ]&[ ])"
    rf"(?:(?:the|its|their|our|an?)[ ])?{_NAME}){{0,5}}"
)
AS_LEADER = (
    rf"(?:\b(?:with|and)|,)[ ](?:the[ ])?({_NAME}(?:[ ]in charge)?)[ ]as[ ](?:the[ ])?"
    r"(?:deputy[ ]|group[ ]|team[ ])*(?:leader|director|head|chair|chairman)"
)
HEADED = re.compile(
    r"\b(?:headed|led|chaired) by (?:the )?(?:[A-Z][a-z]+ ){0,2}?"
    r"(?:President|Dean|Director|Secretary|Chairman|Chief) ([A-Z][a-z]+ [A-Z][a-z]+)"
)
AS_HEAD = re.compile(
    r"\bwith ([A-Z][a-z]+ [A-Z][a-z]+) as (?:the )?(?:deputy )?(?:leader|director|head|chairman)"
)
_MODAL = r"(?:must|shall|should|will)\b"
_DID = (
    r"(?!based|involved|concerned|related|needed|trained|employed|located|dedicated|qualified"
    r"|required|affected|chaired|listed|invited|selected|mentioned|designated)"
    r"(?:[a-z]{3,}ed\b(?![ ](?:by|in[ ]the))|(?:made|gave|sent|wrote|kept|saw|went|ran|drew|built"
    r"|taught|brought|chose|paid|spent|bought|won|rebuilt|oversaw|undertook)\b)"
)
_WHAT = r"[ ](?:an?|the|its|their|all|any|each|every|two|three|patients|\d+)[ ]"
_DOES = rf"(?!is|was|has|as)[a-z]{{3,}}s{_WHAT}"
_DO = (
    r"(?<=s[ ])(?!(?:of|in|on|at|for|with|from|to|by|as|than|not|over|per|under|above|below|after"
    r"|across|against|among|around|before|behind|beside|between|but|beyond|during|except|inside"
    r"|into|like|near|off|onto|or|out|outside|plus|round|since|that|then|through|throughout|till"
    r"|until|up|upon|via|was|were|what|when|where|while|which|within|without|who|whose|and|both"
    rf"|because|unless|about|all|the|an|\w{{3,}}ing)\b)[a-z]{{3,}}{_WHAT}"
)
"""What several do, whichever verb it is: "Link lecturers convene a …"."""
_UNDERGOES = (
    r"(?:must|shall|should|will)[ ](?:not[ ]|all[ ]|also[ ])?be[ ](?:\w+ly[ ])?"
    r"(?!(?:required|asked|requested|expected|tasked|instructed|charged|organi[sz]ed|mobili[sz]ed"
    r"|engaged|prepared|prohibited|forbidden|allowed|encouraged|obliged|committed|dressed"
    r"|involved|represented)\b)"
    r"(?:\w+ed|sent|given|paid|made|taken|found|put|set|built|chosen|told|shown|brought|kept|seen)"
    r"\b(?![ ]with[ ]the[ ]task)"
    r"|receives?[ ]"
    r"(?:an?[ ]minimum|at[ ]least|(?:[\w-]+[ ]){0,4}?(?:training|support|supervision|induction"
    r"|preceptorship|appraisal|education|feedback|allowance|teaching|vaccin\w+|hours)\b)"
    r"|(?:is|are)[ ]to[ ]be[ ](?:\w+ed|given|sent|taught|told|put|paid)\b"
    r"|(?:will|shall)[ ](?:open|close|reopen|relocate)\b(?![ ](?:an?|the|its|two|three|\d+)\b)"
    r"|(?:have[ ]|has[ ])?(?:all[ ])?worked[ ](?:very[ ])?hard"
)
"""What is done to a name is not done by it: "The department shall be fined"."""
_COMPOUND = (
    r"to[ ]\w+[ ]ratios?\b|"
    r"(?!(?:must|shall|should|will|may|can|is|are|was|were|has|have|had|to|also|and|or|which|who"
    r"|that|then|all|each|both|not|needs?|do|does|never|always|\w+ly)\b)[a-z]+[ ]"
    r"(?:(?!(?:and|or|but|which|who|that|what|how|whether|if|when|to|the|it)\b)[a-z]+[ ])?"
    r"(?:takes?|is|are|was|were|will|must|shall|should|has|have|can|needs?|happens?|starts?)\b"
    r"|(?:staff|staffing|nurses?|doctors|personnel|teams?|workers|members|managers?|officers?)[ ]"
)
"""What follows a name and belongs to it: "Board rounds take place"."""
_BEING = (
    r"(?:(?:is|are|was|were)[ ](?!responsible|required|expected|requested|asked|to[ ]|in[ ]charge"
    r"|accountable|committed|obliged|prohibited|forbidden|not[ ]allowed|also"
    r"|the[ ](?:first|lead|main|specific|direct|chief|overall|responsible|owner"
    r"|person|executive|senior)"
    r"|now[ ]|(?!being|lacking|facing)\w+ing\b|fully"
    r"|jointly|encouraged|on[ ]duty)|(?:has|have|had)[ ]been[ ](?!required|requested|asked))"
)
"""What a name is, not what it does: "The team is weak", "The centre was put into use"."""
_SUBJECT = (
    rf"(?P<run>{_RUN})[\"”]?(?:,[ ](?:together|jointly)[ ]with[ ](?P<beside>[^,]{{3,80}}),"
    r"|,[ ](?:\w+(?:ed|ing)|led|together|jointly|with|which|who|in|under|through|alongside)[ ]"
    r"[^,]{3,90},|[ ]\([^()]{3,60}\))?"
    r"(?:[ ](?:is|are)[ ](?:chaired|led)[ ]by[ ][^,.;]{3,60}?[ ]and(?=[ ]))?"
    r"(?:(?:[ ](?:of|in|on|at|for|with|from|under|over|above|aged|below)[ ]"
    rf"(?:[\w’'-]+[ ]){{0,9}}?(?!{_UNDERGOES}){_MODAL})"
    rf"|(?:[ ](?:who|that)[ ][^,;.]{{3,60}}?[ ](?!{_UNDERGOES}){_MODAL})"
    r"|(?:[ ]of the hospital)?(?:[ ](?:also|then|\w+ly))?[ ]"
    rf"(?!«owner_after:undergo:en»|{_BEING}|{_UNDERGOES}|{_COMPOUND})"
    rf"(?:«owner_after:verb:en»|{_DID}|{_DOES}|{_DO})"
    r"|[ ](?:at[ ]least[ ])?(?:«times:1»|«times:2»|(?:«number::en»|\d+)[ ]times)"
    r"[ ](?:an?|per|each|every)\b)"
)
_OPENING = (
    r"(?:^|,[ ](?:where|when|after[ ]which|at[ ]which)[ ]|[,;:.“\"\n]\s+|,\s|\bthat[ ]|[\"“]"
    r"|\band[ ](?=the[ ]))"
    r"(?:and[ ]|but[ ]|so[ ]|therefore,?[ ]|all[ ](?=the[ ]))?"
)
_OVERSIGHT = r"(?:supervision|direction|chairmanship|oversight|co-?ordination|command|stewardship)"
_BY = rf"(?:\b(?:{_BE}|{_LED}))by[ ](?:«number::en»[ ])?"
_DOER = (
    r"(?<!ed)(?<!en)(?<!wn)(?<!by)[ ]by[ ](?!«number::en»)"
    r"(?=(?:the|each|every|special|dedicated|full-time)[ ])"
)
_TOLD_TO = r"[ ]to[ ]"
_THEY = (
    r"(?:[ ](?:within|before|by|on|at)[ ][^,;.]{2,24})?,[ ]"
    r"(?:who|which)[ ](?:then[ ])?(?:(?:must|shall|should|will)[ ](?!be\b|receive\b)"
    r"|(?!is|was|has|as)(?:[a-z]{3,}s|(?:then[ ])?[a-z]{3,})[ ]"
    r"(?:an?|the|it|them|its|their|all|any|each|every)\b)"
)
_ACTED = (
    r"(?:organi[sz]ed|mobili[sz]ed|arranged|hosted|sponsored|delivered|run|provided|conducted"
    r"|drafted|prepared|compiled|initiated)"
)
_AGENTS = (
    (_BY, r"(?![ ](?:of|for)\b)"),
    (_DOER, r"(?=[,.;]|[ ]and[ ]|[ ]of[ ]the|[ ]every|[ ]once|$)"),
    (
        r"\b(?:ask(?:s|ed)?|requir(?:e|es|ing)|requests?|task(?:s|ed)|instruct(?:s|ed)?|direct(?:s|ed)"
        r"|commission(?:s|ed)|(?<=^We[ ])(?:expect|want)|urg(?:es?|ed))[ ]",
        _TOLD_TO,
    ),
    (r"(?:forbidden|prohibited|not[ ]allowed|necessary|required)[ ]for[ ]", _TOLD_TO),
    (
        r"(?:(?:\b(?:is|are|remains?)|[–—-])[ ](?:the[ ])?(?:joint[ ])?responsibility[ ]of"
        r"|(?:rests|lies|sits)[ ]with|falls[ ]to|entrusted[ ]to"
        r"|assigned[ ]to)[ ]",
        r"(?![ ]to[ ])",
    ),
    (
        r"\b(?:with[ ]the|in)[ ](?:co-?operation|assistance|help|conjunction)[ ]"
        r"(?:of|with|from)[ ]",
        "",
    ),
    (rf"\bunder[ ]the[ ](?:\w+[ ])?{_OVERSIGHT}[ ]of[ ]", ""),
    (r"\bwith[ ]", r"[ ](?:\w+ly[ ])?(?:expected|required|\w+ing)\b"),
    (rf"\b{_ACTED}(?:[ ]jointly)?[ ]by[ ]", ""),
    (r"\bgroup[ ]headed[ ]by[ ]", r"(?![ ](?-i:[A-Z]))"),
    (r",[ ](?:together|jointly|along)[ ]with[ ]", r"(?=,)"),
    (
        r"\b(?:every|each)[ ]\w+(?:,|[ ]and)[ ]",
        r"[ ](?:every|each|once|twice|weekly|monthly|quarterly|daily)\b",
    ),
    (r"\b(?:to|by|with|from)[ ]", _THEY),
    (r"(?<=,[ ])(?:and[ ])?(?=[^.;,]*[ ](?:for|of)[ ])", r"[ ](?:for|of)[ ]"),
)
"""What stands before a name that acts, and behind it: "is checked by … ", "asks … to …".

The last two: a name that is told something and then acts ("… to the office, which shall report"),
and others that answer for other things ("the ward is responsible for A, the office for B").
"""
_ANSWERS = re.compile(r"\b(?:responsible for|in charge of) ", re.IGNORECASE)
_WHICH = (
    r",?[ ]which[ ](?!is\b(?![ ](?:responsible|in[ ]charge))|are\b|was\b|were\b|has\b|have\b)"
    r"«owner_after:verb:en»"
)
NEAR = 80
"""How far before "which" the name may begin that it speaks of."""
_A_BODY = re.compile(r"an? ", re.IGNORECASE)
"""A body told of for the first time is being set up; a role is any who has it."""
_MUST = re.compile(r" (?:must|shall|should|will) ")
_SHARE_OF = re.compile(r"%\s+of\s[^.;:]*$")
"""What stands behind these is counted: "90% of midwives, obstetricians and …"."""
_THE_OFFICE = re.compile(r"\b[Tt]he office (?!(?:of|in|on|at|and|or|building|area|space)\b)")
"""The hospital's office, behind "the", is a name: "the office summarizes the results"."""
_EXAMPLES = re.compile(r"\b(?:such as|including|namely|for example)\b[^.;:)]{0,120}$")
"""What stands behind these is told as an example: "such as the operating room, ICU and …"."""


def english_agents(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Subjects before a verb, agents after "by", and those who are asked."""
    body = body.strip()
    subject = lexicon.compile(_SUBJECT)
    role = lexicon.compile(r"«owner_noun:role:en»")
    runs: list[str] = []
    for opening in lexicon.compile(_OPENING).finditer(body):
        before = body[max(0, opening.start() - 2 * NEAR) : opening.start()]
        if _EXAMPLES.search(before) or _SHARE_OF.search(before):
            continue
        found = subject.match(body, opening.end())
        if found and _A_BODY.match(found["run"]) and not role.search(found["run"]):
            continue
        if found and (
            _MUST.match(body, found.end("run")) or not _is_imperative(found.group("run"), lexicon)
        ):
            runs += [run for run in found.group("run", "beside") if run]
    runs += _told(body, lexicon)
    names = lexicon.compile(rf"(?<![A-Za-z-]){_NAME}")
    for match in lexicon.compile(_WHICH).finditer(body):
        near = body[max(0, match.start() - NEAR) : match.start()]
        runs += [n.group() for n in names.finditer(near) if n.end() == len(near)]
    for found_name in (n.group() for run in runs for n in names.finditer(run)):
        words = _ACRONYM.sub("", ARTICLE.sub("", found_name.strip()))
        never = lexicon.meaning("owner_never", words) is not None
        never = never and not (words == "office" and _THE_OFFICE.search(body))
        counted = lexicon.compile(r"«number::en»(?:-«number::en»)?[ ]").match(words)
        words = words[counted.end() :] if counted else words
        if not words or never or words.lower().split()[-1] == "hospital":
            continue
        if _is_written_as_name(words, lexicon):
            yield words


def _told(body: str, lexicon: Lexicon) -> Iterator[str]:
    """The runs of names that stand between the words of `_AGENTS`."""
    run = lexicon.compile(rf"(?:special[ ]personnel|{_RUN})")
    shared = _ANSWERS.search(body)
    for lead, tail in _AGENTS:
        if (lead, tail) == _AGENTS[-1] and not shared:
            continue
        start = shared.end() if shared and (lead, tail) == _AGENTS[-1] else 0
        for match in lexicon.compile(lead).finditer(body, start):
            found = run.match(body, match.end())
            if found and lexicon.compile(tail).match(body, found.end()):
                yield found.group()


def _is_written_as_name(words: str, lexicon: Lexicon) -> bool:
    """Whether words that name an office only with capitals have them: "Tissue Viability"."""
    if re.match(r"(?:plan|programme|project|policy|strategy)[’']s ", words, re.IGNORECASE):
        return False
    whole = lexicon.compile(r"«owner_noun:whole:en»$").search(words)
    return not whole or whole.group().replace(" and ", " ").istitle()


def _is_imperative(run: str, lexicon: Lexicon) -> bool:
    """Whether what looks like a name begins with a verb: "Train department heads …"."""
    verb = lexicon.compile(r"«kind:measure:en»[ ]").match(run)
    return bool(verb) and not re.match(r"lead|\w+(?:ion|ment) ", run, re.IGNORECASE)
