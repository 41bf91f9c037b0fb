"""What somebody uses: well enough to recognise one's own sessions, or as coarse as can be."""

from app.vocabulary import Device

# In this order: most browsers also name those that they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("Zalo", "Zalo"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
TABLETS = ("iPad", "Tablet", "tablet", "PlayBook", "Kindle", "Silk/")
# "Mobile" stands in the names of phones alone, by agreement of the browsers' makers.
PHONES = ("Mobile", "iPhone", "iPod", "Opera Mini", "Opera Mobi", "IEMobile", "MIDP")
COMPUTERS = ("Windows", "Macintosh", "X11", "CrOS", "Linux")


def kind(user_agent: str) -> Device | None:
    """Tell phone, tablet and computer apart; None for a browser that names no system.

    An iPad that asks for the pages of computers says that it is one.

    Examples
    --------
    >>> kind("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36").value
    'phone'
    >>> kind("Mozilla/5.0 (Linux; Android 14; SM-X200) Chrome/126.0 Safari/537.36").value
    'tablet'
    """
    if any(mark in user_agent for mark in TABLETS):
        return Device.TABLET
    if any(mark in user_agent for mark in PHONES):
        return Device.PHONE
    if "Android" in user_agent:
        return Device.TABLET
    if any(mark in user_agent for mark in COMPUTERS):
        return Device.COMPUTER
    return None


def family(user_agent: str) -> str:
    """Name browser and system; "" when neither is known.

    Examples
    --------
    >>> family("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Windows'
    """
    found = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return ", ".join(filter(None, found))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
