"""Who may read, erase and rotate what is stored of content: decided here, and written into the chain."""

from typing import Final

from sqlalchemy import Connection

from podium.keeper.acts import Acts
from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.keeper.choosing import check_agent
from podium.kernel.errors import Forbidden
from podium.ports.content import ContentTouched, MayTouchContent
from podium.ports.link import Done
from podium.trust.people import Person, Right, require

_DONE: Final = {"erase": "erased", "rotate": "key_rotated"}


class ContentActs:
    """Answers the collector. Its methods run in the database thread."""

    def __init__(self, acts: Acts, chain: Chain, authority: Authority) -> None:
        self._acts, self._chain, self._authority = acts, chain, authority

    def may(self, question: MayTouchContent) -> Done:
        """Write down that somebody is about to read or erase.

        Raises Forbidden, which is a row too, and NotFound for an agent that there neither is nor was.
        """
        kind = f"content.{question.act}"

        def work(connection: Connection, who: Person) -> Done:
            _check(who, question)
            if question.body.get("by") == "agent" and not question.departments:  # nothing of it is stored
                check_agent(question.subject, self._authority.in_force.agents)
            body = {"departments": list(question.departments)} | question.body
            self._chain.append(connection, kind=kind, actor=who.name, subject=question.subject, body=body)
            return Done()

        return self._acts.as_person(question.by, kind, question.subject, work)

    def touched(self, question: ContentTouched) -> Done:
        """Write down that it is done, with what came of it."""
        kind = f"content.{_DONE[question.act]}"

        def work(connection: Connection, who: Person) -> Done:
            require(who, Right.ADMINISTER, f"{question.act} content")
            self._chain.append(
                connection, kind=kind, actor=who.name, subject=question.subject, body=question.body
            )
            return Done()

        return self._acts.as_person(question.by, kind, question.subject, work)


def _check(who: Person, question: MayTouchContent) -> None:
    """Raise Forbidden where somebody may not."""
    if question.act != "read":
        require(who, Right.ADMINISTER, f"{question.act} content")
        return
    for department in question.departments:
        if not who.reads(department):
            name = department.rpartition("/")[2]
            raise Forbidden(
                f"{who.name} may not read the content of {department}: it wants the role reader:{name}, or "
                "that of a department above.",
                fix="Ask an admin for the role (podium user role). Readings are written into the chain.",
            )
    require(who, Right.READ_CONTENT, "read content")  # of no department too
