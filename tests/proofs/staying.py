"""An opener of addresses that shows a redirect instead of following it."""

import urllib.request


class Stay(urllib.request.HTTPRedirectHandler):
    """Go nowhere."""

    def redirect_request(self, *_: object) -> None:
        """Leave the redirect to whoever asked."""
        return


opener = urllib.request.build_opener(Stay)
