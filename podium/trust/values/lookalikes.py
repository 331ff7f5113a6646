"""Characters that look like others, or spell them: letters of other scripts, small capitals, Braille."""

import re
import string
import sys
import unicodedata
from typing import Final

LOOKALIKES: Final = str.maketrans("авекмнорстухіјԛѕɡοανρτυκιıℓǃ", "abekmhopctyxijqsgoavptukiill")
"""Cyrillic, Greek and other letters that look like Latin ones (Unicode's confusables, those that matter)."""
_SMALL: Final = zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)
_BRAILLE: Final = zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", string.ascii_lowercase, strict=True)
_FROM_A: Final = (0x1F150, 0x1F170, 0x1F1E6, 0xE0041, 0xE0061)
"""Where alphabets begin: letters in black circles and squares, of flags, and tags that do not show."""
_DIGITS: Final = (chr(at) for at in range(128, sys.maxunicode) if unicodedata.category(chr(at)) == "Nd")
SPELLING: Final = str.maketrans(
    {
        **{char: str(unicodedata.digit(char)) for char in _DIGITS},
        **{chr(0xE0030 + at): str(at) for at in range(10)},
        **{chr(first + at): char for first in _FROM_A for at, char in enumerate(string.ascii_lowercase)},
        **dict(_SMALL),
        **dict(_BRAILLE),
    }
)
"""Characters that stand for a plain letter or digit, though Unicode does not say so: digits too."""
_MAY_SPELL: Final = re.compile(
    "[\u0250-\u02af\u0660-\u1dff\u2800-\u28ff\ua620-\uabff\uff10-\uff19\U00010000-\U000e007f]"
)


def spelled_out(text: str) -> str:
    """Return a text with the letters and digits for which its characters stand."""
    return text.translate(SPELLING) if _MAY_SPELL.search(text) else text
