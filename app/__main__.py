"""`python -m app` is the command `khaosat`."""

from app.cli import main

main()
