"""Small questionnaires to test with, each about one thing."""
