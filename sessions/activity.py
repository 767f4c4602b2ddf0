"""The contract every activity fulfils.

An activity is the state of one step.  It decides on the commands of its kind, evolves by the events of its kind and
shows itself as views.  What ``view`` does not return for a role cannot reach that role.  The one thing a newcomer
gets wrong: an activity never changes; ``evolve`` returns the next one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol, Self, TypeVar

import msgspec

from sessions.items import From, Item, Link, Offer
from sessions.message import Actor, Record
from sessions.texts import Said

if TYPE_CHECKING:
    from sessions.delivers import Deliverable
    from sessions.session import Session

Audience = Literal["everyone", "facilitator"]
T = TypeVar("T")


class StepPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What every step of a plan has; each activity adds its own fields.  Texts are in the session's language."""

    offers: ClassVar[frozenset[Offer]] = frozenset()
    """What later steps may take from a step of this kind."""

    id: str
    kind: str
    title: str
    minutes: Annotated[int, msgspec.Meta(ge=0)] = 0
    instruction: str = ""
    notes: str = ""

    def references(self) -> Mapping[str, str]:
        """Field -> id of an earlier step that this plan names."""
        return {}

    def refers_to(self, field: str) -> str:
        """The kind that the step named in *field* must have; empty when any will do."""
        return ""

    def sources(self) -> Mapping[str, From]:
        """Field -> where its items come from; the playbook loader checks what these name."""
        return {}

    def listed(self) -> Mapping[str, list[Item]]:
        """Field -> the items listed there; the playbook loader checks their ids."""
        return {}

    def brought_ids(self) -> Collection[str]:
        """The ids of the cards that are there from the start."""
        return ()

    def box_ids(self, earlier: Mapping[str, "StepPlan"]) -> Collection[str]:
        """The boxes that this step works on; *earlier* holds the plans of the steps before it."""
        return ()

    def field_ids(self, others: Mapping[str, "StepPlan"]) -> Collection[str]:
        """The fields that the cards of this step may have; *others* holds the plans it may name."""
        return ()

    def agrees(self, others: Mapping[str, "StepPlan"]) -> bool:
        """Whether cards of this step can be agreed; *others* holds the plans of all steps."""
        return False

    @property
    def decision_words(self) -> Collection[str]:
        """The words with which this step may conclude on an item."""
        return ()

    def problems(self, earlier: Mapping[str, "StepPlan"]) -> Mapping[str, Said]:
        """Field -> what is wrong with it, beyond what the types say, for the author of the playbook.

        *earlier* holds the plans of the steps before this one, by id; all ``references`` are in it.
        """
        return {}


@dataclass(frozen=True)
class Contribution:
    """Something brought in, as the report tells it: about which box or item, and for whom; never by whom.

    ``prefilled`` was there from the start or ``brought`` from an earlier step, where it is told already.
    """

    about: str
    text: str
    organisation: str = ""
    support: int = 0
    prefilled: bool = False
    brought: bool = False
    by_facilitator: bool = False
    on_behalf: bool = False
    """written by the facilitator, for somebody of the organisation who has no phone"""


class Activity(Protocol):
    """One step's state.  Every method is pure.

    An activity says so by inheriting; what it does not define is as harmless as it is here.
    """

    @classmethod
    def planned(cls, plan: Any) -> Self:
        """The activity before anything happened."""
        ...

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        """The events that *command* causes; raises Refused."""
        ...

    def evolve(self, record: Record) -> Self:
        """The activity after the record; never refuses."""
        ...

    def concerns(self, event: Any) -> Iterable[str]:
        """The participants, besides its sender, whose ``mine`` *event* is about to change."""
        ...

    def inputs(self, session: "Session") -> tuple[object, ...]:
        """Everything ``view`` looks at: as long as these are the same objects, the view is the same."""
        ...

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        """What *audience* may see."""
        ...

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        """What only this participant may see; empty when there is nothing."""
        ...

    def report(self, session: "Session") -> Mapping[str, Any]:
        """What ``templates/_report_<kind>.md`` tells of this step; empty when there is nothing to tell.

        Under ``contributions`` goes what the appendix lists, under ``answers`` the number of scores, and under
        ``began`` whether anybody did something here: a step that was skipped is left out.  A report leaves the room:
        it holds what everyone may see, and nothing besides.
        """
        ...

    def exported(self, record: Record, session: "Session") -> Record | None:
        """The record as it may leave in an exported log, now; None when nobody may see it yet."""
        ...

    def whole(self, record: Record, session: "Session") -> Record | None:
        """The record as whoever runs the server may have it, with who did it; None when nobody may see it yet."""
        return self.exported(record, session)

    def holds(self, id: str) -> bool:
        """Whether a card, group or item that is this step's own has this id."""
        return False

    # when the agenda is edited

    def check_plan(self, plan: Any, session: "Session", *, started: bool) -> None:
        """Raises Rejected when *plan* has no place for what was contributed, or would uncover what was to stay hidden.

        *started* says that the facilitator was here: from then on people may write as they were promised.  Of answers
        that nobody may see, a refusal tells no more than that there are some.
        """

    def replanned(self, plan: Any) -> Self:
        """The activity with another plan, and everything that was contributed; what it remembered is made anew."""
        ...

    def contributed(self, session: "Session") -> bool:
        """Whether somebody brought anything in here that would be lost without this step."""
        return False

    # what a facilitator did, and the way back

    def about(self, event: Any, session: "Session", there: Self) -> str:
        """In a few words what an *event* of this step was about, for the list of acts: a card, an item.

        *session* is the one after all that came of the command, *there* is this step before it.
        """
        return ""

    def turned_back(self, here: Self, there: Self, session: "Session") -> Iterable[Any]:
        """The events that make of what differs from *there* to *here* what it was *there*; see ``repair``.

        Both are this step at other moments.  Raises Rejected when it is not any more as it was *here*.
        """
        return ()

    def planned_back(self, now: Self, here: Self, there: Self) -> Iterable[Any]:
        """What else has to happen once the plan is again what it was *there*: the events.

        That is this step with its plan turned back; *now* is before that.  *here* and *there* as with ``turned_back``.
        """
        return ()

    # what other steps build on

    def arriving(self, session: "Session") -> list[Any]:
        """What else happens when the facilitator goes to this step: the events, empty when nothing does."""
        return []

    def closing(self, session: "Session") -> list[Any]:
        """What else happens when the session is closed."""
        return []

    def offered(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> list[Item]:
        """What everyone may see here of *what*, in order; with *boxes* only what stands in these."""
        return []

    def standing(self, session: "Session") -> Mapping[str, float] | None:
        """How what is offered came out, higher is better; None as long as that is not to be told."""
        return {}

    def division(self, session: "Session") -> Mapping[str, float] | None:
        """How divided people are on what is offered, higher is more; None as long as that is not to be told."""
        return {}

    def links(self, session: "Session") -> Iterable[Link]:
        """What here came from what, as far as everyone may know."""
        return ()

    def grounds(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> tuple[object, ...]:
        """Everything that ``offered`` of the same and the other methods for later steps look at, as with ``inputs``."""
        return self.inputs(session)

    def delivered(self, wanted: "Deliverable", session: "Session") -> tuple[int, int]:
        """How much is there of what *wanted* asks of this step, and of how much there could be."""
        return 0, 0

    @property
    def decided(self) -> Mapping[str, str]:
        """Item -> the word it was concluded with here; the same object as long as no word changed."""
        return {}

    @property
    def talked_through(self) -> Collection[str]:
        """The items that were discussed here."""
        return ()


def kept(memory: dict[str, Any], name: str, grounds: tuple[object, ...], make: Callable[[], T]) -> T:
    """What *make* gives, the same object as long as it is made from the same objects; *memory* holds both."""
    known = memory.get(name)
    if known is None or len(known[0]) != len(grounds) or not all(map(is_, known[0], grounds)):
        known = memory[name] = grounds, make()
    found: T = known[1]
    return found


def present(**fields: Any) -> dict[str, Any]:
    """The fields that are not None: a view has no nulls, because a merge patch removes by null."""
    return {name: value for name, value in fields.items() if value is not None}


def numbered(texts: list[str], prefix: str = "") -> dict[str, dict[str, Any]]:
    """Texts as view objects ``{"1": {"text", "order"}, ...}``."""
    return {f"{prefix}{n}": {"text": text, "order": n} for n, text in enumerate(texts, 1)}
