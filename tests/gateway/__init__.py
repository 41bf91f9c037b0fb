"""A gateway on this machine that speaks as Twilio and as a domestic gateway, faults included.

By hand: ``python -m tests.gateway --port 9060`` (see docs/guides/sms.md).
"""
