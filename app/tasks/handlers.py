"""stub"""

HANDLERS = {}
