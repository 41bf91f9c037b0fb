"""Which numbers a message may go to: Vietnamese mobile phones, and nothing else.

Messages abroad or to premium numbers are how a sending account is milked.
"""

import re
from typing import Any

import phonenumbers

COUNTRY = 84
# Nine digits behind the country code: every mobile phone since the change of 2018.
SHAPE = re.compile(r"\+84[35789][0-9]{8}")
ANYWHERE = re.compile(r"(?<![0-9A-Za-z])(?:\+|00)?(?:84|0)(?:[ .-]?[0-9]){9}(?![0-9A-Za-z])")
HIDDEN = "[phone]"
_MOBILE: Any = phonenumbers.PhoneNumberType.MOBILE


def sendable(number: str) -> bool:
    """Tell whether a message may go to this number, written in E.164.

    Examples
    --------
    >>> sendable("+84901234567"), sendable("+84281234567"), sendable("0901234567")
    (True, False, False)
    """
    if not SHAPE.fullmatch(number):
        return False
    # From what is written, not parsed: parsing forgives letters, extensions and spaces.
    parsed = phonenumbers.PhoneNumber(country_code=COUNTRY, national_number=int(number[3:]))
    return bool(phonenumbers.number_type(parsed) == _MOBILE)


def national(number: str) -> str:
    """Write an E.164 number as people here do: 0901234567."""
    return "0" + number.removeprefix(f"+{COUNTRY}")


def redacted(text: str) -> str:
    """Cover the phone numbers in a text of somebody else's, such as a vendor's error message.

    Examples
    --------
    >>> redacted("'To' number +84901234567 is not valid")
    "'To' number [phone] is not valid"
    """
    return ANYWHERE.sub(HIDDEN, text)
