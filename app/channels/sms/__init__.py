"""Text messages: one protocol in `provider`, one file for each kind of vendor."""
