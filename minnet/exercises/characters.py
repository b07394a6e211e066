"""Characters that a terminal, a browser, a spreadsheet or a file cannot be trusted with, in texts that others wrote."""

import os
import re

# controls but for tabs and ends of lines; what reorders a line (Unicode Annex 9); surrogates, which no file can hold
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    r"""A text with U+FFFD in the place of each such character.

    >>> plain("a\x1b[2J\u202eb\ud800")
    'a\ufffd[2J\ufffdb\ufffd'
    """
    return HARMFUL.sub("\ufffd", text)


def plain_name(name: str) -> str:
    r"""A file's name with such characters, ends of lines and bytes that are not UTF-8 written out, not dropped.

    >>> plain_name("M\udcfcller"), plain_name("a\nb")
    ('M\\xfcller', 'a\\x0ab')
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return re.sub(f"{HARMFUL.pattern}|[\t\n]", lambda m: f"\\x{ord(m[0]):02x}", text)
