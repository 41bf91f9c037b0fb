"""The blueprint of round pages, and who reads them."""

from flask import Blueprint

from app.vocabulary import Role

READERS = (Role.COORDINATOR, Role.HOME_AFFAIRS, Role.ADMINISTRATOR)
blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")
