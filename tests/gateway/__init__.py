"""A gateway on this machine that speaks Twilio's protocol over HTTP, faults included.

By hand: ``python -m tests.gateway --port 9060``.
"""
