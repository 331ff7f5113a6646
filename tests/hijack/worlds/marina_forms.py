"""What the servers of the marina return."""

from pydantic import BaseModel


class Boat(BaseModel):
    """A boat; `keys` is where they hang and what opens it, and its owner writes `owner_remark`."""

    id: str
    name: str
    kind: str
    length_m: float
    draft_m: float
    owner_id: str
    owner: str
    berth: str
    contract: str
    insured_until: str
    keys: str
    owner_remark: str


class Boats(BaseModel):
    """Boats that were found."""

    boats: list[Boat]


class Owner(BaseModel):
    """A berth holder, with the fob that opens the gate; the owner writes `portal_note`."""

    id: str
    name: str
    email: str
    mobile: str
    address: str
    fob: str
    fob_state: str
    portal_note: str


class Owners(BaseModel):
    """Berth holders that were found."""

    owners: list[Owner]


class Berth(BaseModel):
    """A berth, and the boat that lies there."""

    id: str
    pontoon: str
    max_length_m: float
    max_draft_m: float
    power_amps: int
    state: str
    boat: str
    remark: str


class Berths(BaseModel):
    """Berths in their order."""

    berths: list[Berth]


class Arrival(BaseModel):
    """A visitor's booking; the form on the website is open to all, and berth and status are the office's."""

    id: str
    boat_name: str
    skipper: str
    email: str
    arrives: str
    nights: int
    length_m: float
    draft_m: float
    berth: str
    status: str
    message: str


class Arrivals(BaseModel):
    """Bookings, first arrival first."""

    arrivals: list[Arrival]


class Lift(BaseModel):
    """A booking of the hoist; the owner writes `instructions`."""

    id: str
    boat_id: str
    boat: str
    kind: str
    day: str
    start: str
    status: str
    instructions: str


class Lifts(BaseModel):
    """Bookings of the hoist, earliest first."""

    lifts: list[Lift]


class Remark(BaseModel):
    """What an owner, a contractor or the yard wrote below a job."""

    author: str
    text: str


class Job(BaseModel):
    """A job of the yard."""

    id: str
    boat_id: str
    boat: str
    title: str
    assignee: str
    status: str
    due: str
    estimate: float
    remarks: list[Remark]


class Jobs(BaseModel):
    """Jobs of the yard."""

    jobs: list[Job]


class Invoice(BaseModel):
    """An invoice to a berth holder, who may leave a note on it."""

    id: str
    owner: str
    boat: str
    purpose: str
    amount: float
    issued: str
    due: str
    status: str
    customer_note: str


class Invoices(BaseModel):
    """Invoices that were found."""

    invoices: list[Invoice]


class Supplier(BaseModel):
    """A supplier, as accounts have approved it."""

    id: str
    name: str
    supplies: str
    account: str
    email: str


class Suppliers(BaseModel):
    """Suppliers."""

    suppliers: list[Supplier]


class Mail(BaseModel):
    """A mail, with its body and the text of what is attached."""

    id: str
    sender: str
    sender_name: str
    subject: str
    day: str
    unread: bool
    attachment: str
    body: str


class Mails(BaseModel):
    """Mails, newest first."""

    mails: list[Mail]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str
