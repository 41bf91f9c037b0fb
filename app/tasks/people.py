"""The job that takes over a list of people."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.clock import LOCAL
from app.documents.media import XLSX
from app.documents.people_lists import Sheet, workbook
from app.queries.jobs import JobView
from app.services import importing_people, job_files, leases
from app.services.account_links import IssuedLink
from app.services.importing_people import PeopleImport
from app.tasks import given
from app.vocabulary import JobKind

HEADER = ("Họ tên", "Email", "Liên kết mời (dùng một lần)", "Dùng được đến")


def import_people(job: JobView) -> dict[str, Any]:
    """Invite the people of a list; the links lie in a file for whoever asked."""
    content, filename = given.file(job)
    site = job.arguments["address"]

    def conclude(session: Session, done: PeopleImport) -> None:
        if done.links:
            made = invitations(done.links, site)
            job_files.keep(session, job, "thu-moi.xlsx", XLSX, made)
        leases.conclude(session, job, as_result(done))

    done = importing_people.import_people(given.actor(job), content, filename, conclude)
    return as_result(done)


def as_result(done: PeopleImport) -> dict[str, Any]:
    """Tell what was done, in counts alone."""
    return {
        "added": len(done.links),
        "extended": done.extended,
        "unchanged": done.unchanged,
        "next": "/people",
    }


def invitations(links: Sequence[IssuedLink], site: str) -> bytes:
    """Make the workbook with one link for each person."""
    rows = [
        (
            link.name,
            link.email,
            f"{site}/join/{link.token}",
            link.expires_at.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M"),
        )
        for link in links
    ]
    return workbook([Sheet("Thư mời", HEADER, rows, (28, 32, 90, 18))])


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.IMPORT_PEOPLE: import_people,
}
