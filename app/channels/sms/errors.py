"""What can go wrong with a way of sending, apart from the sending itself."""


class SmsError(Exception):
    """Something about text messages that the caller has to deal with."""


class ForgedError(SmsError):
    """A call at our door is not the vendor's, or not readable; nothing of it is to be believed."""


class AskingError(SmsError):
    """A vendor cannot tell, or not now.

    Attributes
    ----------
    code : str
        unsupported, unreachable, refused, unreadable or unknown_message.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
