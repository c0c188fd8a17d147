"""The use of a room from the words beside it, in the languages that models come in."""

from __future__ import annotations

import re
from typing import cast

from buildings.plan import USES, Use

_WORDS: tuple[tuple[Use, str], ...] = (
    ("restroom", r"rest ?room|bath|toilet|lavator|wash ?room|\bwc\b|\bw\.c|\bdu(sche)?\b|sanit|\bbad\b|shower|"
                 r"aseo|baño|sdb|salle de bain|douche|с/у|сануз|туалет|ванн|\bgirls\b|\bboys\b|\bwomen\b|\bmen\b|\blav\b"),
    ("locker_room", r"locker|changing|umkleide|vestuario|vestiaire|раздевал"),
    ("stairs", r"stair|trepp|escalera|escalier|лестн"),
    ("elevator", r"elevator|\blift\b|aufzug|ascens|лифт"),
    ("gym", r"\bgym|turnhalle|sporthalle|gimnasio|gymnase|fitness|спортзал|fieldofplay"),
    ("cafeteria", r"cafeteria|dining|lunch|canteen|mensa|kantine|comedor|cantine|столов|multi-?purpose|foodservice"),
    ("kitchen", r"kitchen|küche|kueche|cocina|cuisine|кухн|\bkit\b"),
    ("library", r"librar|media cent|bibliot|библиот"),
    ("auditorium", r"auditori|theat|assembly|aula|hörsaal|lecture|salón de actos|актов"),
    ("laboratory", r"\blab\b|laborator|labor\b|laboratoire|science|лаборатор"),
    ("music", r"music|choir|\bband\b|orchestra|musik|música"),
    ("classroom", r"class ?room|klassen|unterricht|seminar|\baula\b|salle de classe|kindergarten|teaching|класс"
                  r"|\bart room|computer room|special ed"),
    ("nurse", r"nurse|clinic|health room|first ?aid|sanitätsraum|enfermer|infirmer|медпункт"),
    ("reception", r"reception|front desk|empfang|recepci|accueil"),
    ("office", r"office|b[uü]ro|buero|principal|admin|conference|meeting|besprech|sekretar|oficina|bureau|кабинет|"
               r"\bstudy\b|counsel|staff room|teachers"),
    ("vestibule", r"vestib|windfang|airlock|тамбур"),
    ("lobby", r"lobby|foyer|atrium|\bentry\b|entrance|eingang|empfangshalle|прихожая|холл|\bhalle\b|diele"),
    ("corridor", r"corridor|hallway|\bhall\b|flur|gang\b|passage|walkway|pasillo|couloir|коридор|circulation|galerie"),
    ("storage", r"stor(age|e)\b|closet|lager|abstell|archiv|depot|almac|rangement|кладов|garage|гараж|pantry|janitor"
                r"|\bclo\b|\bw\.?i\.?c\b|walk-in"),
    ("mechanical", r"mechanic|electric|boiler|technik|heizung|hausanschluss|\bhvac\b|server|plant|utility|elev\. machine"
                   r"|котельн|\bmech\b|\bidf\b|\bmdf\b|laundry"),
    ("outdoors", r"\byard\b|terrace|terrasse|balcon|balkon|patio|porch|courtyard|garten|deck\b|терраса|балкон"),
)  # fmt: skip

_PATTERNS = [(use, re.compile(words, re.IGNORECASE)) for use, words in _WORDS]


def use_of(words: str) -> Use | None:
    """Return the use that words tell, or None; of several lines the first that tells one counts."""
    for line in words.splitlines():
        plain = line.strip().lower().replace("-", "_").replace(" ", "_")
        if plain in USES:
            return cast(Use, plain)
        for use, pattern in _PATTERNS:
            if pattern.search(line):
                return use
    return None
