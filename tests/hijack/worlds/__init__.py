"""Worlds of real MCP servers: office, bank, team and trip, and the desk, which is held out whole.

``UNSEEN`` were written by others than those who wrote the decision, by the docs alone: the customers of a
support desk, a personnel department, operations, and a clinic. ``FRESH`` likewise, later: a letting office
and a school's office; and ``SEALED``, which nobody who mends the decision has looked at: a dispatcher's
office and a law firm. ``BLIND`` came after these, by one who knew the pages alone: engineers on call, and a
cooperative of farms; its policies were never run before it was measured. ``HIDDEN`` came last, from the docs
alone, and was run first when it was measured: a newspaper's desk, and a research group. ``VEILED`` likewise,
when that one had been opened: a household, and the organisers of a conference. ``MASKED`` likewise, when
``SECOND`` had been: a small hotel, and a design studio. ``CLOAKED`` came after all these: a founder's
assistant, and the office of an insurance broker. ``SCREENED`` likewise, after it: a community hall's office,
and a platform team. ``SHROUDED`` after that: a marina's office, and the people and purchasing of a company.
``CURTAINED`` after that: a museum's office, and a design agency. ``DRAPED`` after that: a veterinary
practice, and a firm that moves employees to other countries. ``EVERYDAY`` last, of the commonest servers:
an office's mail, calendar and files, a film crew's chat, web and travel, and a private bank; who
wrote their policies had seen the servers and no task. ``FAMILIAR`` after it, of servers that are shaped like
widely used public ones: a maintainer's code, chat and plans, and an architect's practice; policies likewise.
``CLASSIC`` after these, of what agents are mostly tried on, by authors who were told what is to be proved and
no more: mail and calendar, a bank, files and chat, shop and travel; policies likewise. ``USUAL`` are others
of the same kinds, by other authors who were told the same; policies likewise.
``COMMON`` are others again, by yet other authors who were told the same; policies likewise.

``SECOND`` are worlds of these with other tasks: what other people ask in the same place, and in other words.
``THIRD`` likewise, of more of them: what is wanted is said in as many ways as its authors found.
``THIRD`` likewise, of other worlds and by other people.
``OTHER`` are worlds of these whose policies another author wrote too, after one reading of the docs
(``policies/other``).
"""

from dataclasses import replace

from tests.hijack.worlds.agency_goals import WORLD as AGENCY
from tests.hijack.worlds.backoffice_goals import WORLD as BACKOFFICE
from tests.hijack.worlds.bank_goals import WORLD as BANK
from tests.hijack.worlds.broker_goals import WORLD as BROKER
from tests.hijack.worlds.cabinet_goals import WORLD as CABINET
from tests.hijack.worlds.care_goals import WORLD as CARE
from tests.hijack.worlds.chambers_goals import WORLD as CHAMBERS
from tests.hijack.worlds.clinic_goals import WORLD as CLINIC
from tests.hijack.worlds.commons_goals import WORLD as COMMONS
from tests.hijack.worlds.counter_goals import WORLD as COUNTER
from tests.hijack.worlds.crew_goals import WORLD as CREW
from tests.hijack.worlds.desk_goals import WORLD as DESK
from tests.hijack.worlds.deskwork_goals import WORLD as DESKWORK
from tests.hijack.worlds.events_goals import WORLD as EVENTS
from tests.hijack.worlds.forge_goals import WORLD as FORGE
from tests.hijack.worlds.founder_goals import WORLD as FOUNDER
from tests.hijack.worlds.frontdesk_goals import WORLD as FRONTDESK
from tests.hijack.worlds.gallery_goals import WORLD as GALLERY
from tests.hijack.worlds.harvest_goals import WORLD as HARVEST
from tests.hijack.worlds.haulage_goals import WORLD as HAULAGE
from tests.hijack.worlds.hotel_goals import WORLD as HOTEL
from tests.hijack.worlds.household_goals import WORLD as HOUSEHOLD
from tests.hijack.worlds.lab_goals import WORLD as LAB
from tests.hijack.worlds.letterbox_goals import WORLD as LETTERBOX
from tests.hijack.worlds.letting_goals import WORLD as LETTING
from tests.hijack.worlds.maintainer_goals import WORLD as MAINTAINER
from tests.hijack.worlds.marina_goals import WORLD as MARINA
from tests.hijack.worlds.newsroom_goals import WORLD as NEWSROOM
from tests.hijack.worlds.office_goals import WORLD as OFFICE
from tests.hijack.worlds.ops_goals import WORLD as OPS
from tests.hijack.worlds.outing_goals import WORLD as OUTING
from tests.hijack.worlds.parish_goals import WORLD as PARISH
from tests.hijack.worlds.platform_goals import WORLD as PLATFORM
from tests.hijack.worlds.postroom_goals import WORLD as POSTROOM
from tests.hijack.worlds.practice_goals import WORLD as PRACTICE
from tests.hijack.worlds.purse_goals import WORLD as PURSE
from tests.hijack.worlds.relocation_goals import WORLD as RELOCATION
from tests.hijack.worlds.savings_goals import WORLD as SAVINGS
from tests.hijack.worlds.school_goals import WORLD as SCHOOL
from tests.hijack.worlds.second_bank import TASKS as SECOND_BANK
from tests.hijack.worlds.second_care import TASKS as SECOND_CARE
from tests.hijack.worlds.second_chambers import TASKS as SECOND_CHAMBERS
from tests.hijack.worlds.second_clinic import TASKS as SECOND_CLINIC
from tests.hijack.worlds.second_harvest import TASKS as SECOND_HARVEST
from tests.hijack.worlds.second_haulage import TASKS as SECOND_HAULAGE
from tests.hijack.worlds.second_letting import TASKS as SECOND_LETTING
from tests.hijack.worlds.second_newsroom import TASKS as SECOND_NEWSROOM
from tests.hijack.worlds.second_office import TASKS as SECOND_OFFICE
from tests.hijack.worlds.second_ops import TASKS as SECOND_OPS
from tests.hijack.worlds.second_school import TASKS as SECOND_SCHOOL
from tests.hijack.worlds.second_staff import TASKS as SECOND_STAFF
from tests.hijack.worlds.staff_goals import WORLD as STAFF
from tests.hijack.worlds.studio_goals import WORLD as STUDIO
from tests.hijack.worlds.team_goals import WORLD as TEAM
from tests.hijack.worlds.third_agency import TASKS as THIRD_AGENCY
from tests.hijack.worlds.third_backoffice import TASKS as THIRD_BACKOFFICE
from tests.hijack.worlds.third_broker import TASKS as THIRD_BROKER
from tests.hijack.worlds.third_cabinet import TASKS as THIRD_CABINET
from tests.hijack.worlds.third_commons import TASKS as THIRD_COMMONS
from tests.hijack.worlds.third_counter import TASKS as THIRD_COUNTER
from tests.hijack.worlds.third_crew import TASKS as THIRD_CREW
from tests.hijack.worlds.third_desk import TASKS as THIRD_DESK
from tests.hijack.worlds.third_deskwork import TASKS as THIRD_DESKWORK
from tests.hijack.worlds.third_events import TASKS as THIRD_EVENTS
from tests.hijack.worlds.third_forge import TASKS as THIRD_FORGE
from tests.hijack.worlds.third_founder import TASKS as THIRD_FOUNDER
from tests.hijack.worlds.third_frontdesk import TASKS as THIRD_FRONTDESK
from tests.hijack.worlds.third_gallery import TASKS as THIRD_GALLERY
from tests.hijack.worlds.third_hotel import TASKS as THIRD_HOTEL
from tests.hijack.worlds.third_household import TASKS as THIRD_HOUSEHOLD
from tests.hijack.worlds.third_lab import TASKS as THIRD_LAB
from tests.hijack.worlds.third_letterbox import TASKS as THIRD_LETTERBOX
from tests.hijack.worlds.third_maintainer import TASKS as THIRD_MAINTAINER
from tests.hijack.worlds.third_marina import TASKS as THIRD_MARINA
from tests.hijack.worlds.third_outing import TASKS as THIRD_OUTING
from tests.hijack.worlds.third_parish import TASKS as THIRD_PARISH
from tests.hijack.worlds.third_platform import TASKS as THIRD_PLATFORM
from tests.hijack.worlds.third_postroom import TASKS as THIRD_POSTROOM
from tests.hijack.worlds.third_practice import TASKS as THIRD_PRACTICE
from tests.hijack.worlds.third_purse import TASKS as THIRD_PURSE
from tests.hijack.worlds.third_relocation import TASKS as THIRD_RELOCATION
from tests.hijack.worlds.third_savings import TASKS as THIRD_SAVINGS
from tests.hijack.worlds.third_studio import TASKS as THIRD_STUDIO
from tests.hijack.worlds.third_team import TASKS as THIRD_TEAM
from tests.hijack.worlds.third_till import TASKS as THIRD_TILL
from tests.hijack.worlds.third_trip import TASKS as THIRD_TRIP
from tests.hijack.worlds.third_vet import TASKS as THIRD_VET
from tests.hijack.worlds.third_voyage import TASKS as THIRD_VOYAGE
from tests.hijack.worlds.third_wayfare import TASKS as THIRD_WAYFARE
from tests.hijack.worlds.third_workroom import TASKS as THIRD_WORKROOM
from tests.hijack.worlds.till_goals import WORLD as TILL
from tests.hijack.worlds.trip_goals import WORLD as TRIP
from tests.hijack.worlds.vet_goals import WORLD as VET
from tests.hijack.worlds.voyage_goals import WORLD as VOYAGE
from tests.hijack.worlds.wayfare_goals import WORLD as WAYFARE
from tests.hijack.worlds.workroom_goals import WORLD as WORKROOM

WORLDS = (OFFICE, BANK, TEAM, TRIP, DESK)
UNSEEN = (CARE, STAFF, OPS, CLINIC)
FRESH = (LETTING, SCHOOL)
SEALED = (HAULAGE, CHAMBERS)
BLIND = (FORGE, HARVEST)
HIDDEN = (NEWSROOM, LAB)
VEILED = (HOUSEHOLD, EVENTS)
MASKED = (HOTEL, STUDIO)
CLOAKED = (FOUNDER, BROKER)
SCREENED = (PARISH, PLATFORM)
SHROUDED = (MARINA, BACKOFFICE)
CURTAINED = (GALLERY, AGENCY)
DRAPED = (VET, RELOCATION)
EVERYDAY = (DESKWORK, CREW, SAVINGS)
FAMILIAR = (MAINTAINER, PRACTICE)
CLASSIC = (POSTROOM, COUNTER, CABINET, VOYAGE)
USUAL = (FRONTDESK, PURSE, WORKROOM, OUTING)
COMMON = (LETTERBOX, TILL, COMMONS, WAYFARE)
WRITTEN = (
    *FRESH,
    *SEALED,
    *BLIND,
    *HIDDEN,
    *VEILED,
    *MASKED,
    *CLOAKED,
    *SCREENED,
    *SHROUDED,
    *CURTAINED,
    *DRAPED,
    *EVERYDAY,
    *FAMILIAR,
    *CLASSIC,
    *USUAL,
    *COMMON,
)
OTHER = (OFFICE, BANK, TEAM, TRIP, HOTEL, BROKER)
EVERY = (*WORLDS, *UNSEEN, *WRITTEN)
SECOND = (
    replace(OFFICE, tasks=SECOND_OFFICE),
    replace(BANK, tasks=SECOND_BANK),
    replace(CARE, tasks=SECOND_CARE),
    replace(CLINIC, tasks=SECOND_CLINIC),
    replace(LETTING, tasks=SECOND_LETTING),
    replace(HAULAGE, tasks=SECOND_HAULAGE),
    replace(STAFF, tasks=SECOND_STAFF),
    replace(OPS, tasks=SECOND_OPS),
    replace(SCHOOL, tasks=SECOND_SCHOOL),
    replace(CHAMBERS, tasks=SECOND_CHAMBERS),
    replace(HARVEST, tasks=SECOND_HARVEST),
    replace(NEWSROOM, tasks=SECOND_NEWSROOM),
)
THIRD = (
    replace(WORKROOM, tasks=THIRD_WORKROOM),
    replace(OUTING, tasks=THIRD_OUTING),
    replace(PRACTICE, tasks=THIRD_PRACTICE),
    replace(PLATFORM, tasks=THIRD_PLATFORM),
    replace(LAB, tasks=THIRD_LAB),
    replace(VET, tasks=THIRD_VET),
    replace(POSTROOM, tasks=THIRD_POSTROOM),
    replace(TILL, tasks=THIRD_TILL),
    replace(CREW, tasks=THIRD_CREW),
    replace(HOTEL, tasks=THIRD_HOTEL),
    replace(TRIP, tasks=THIRD_TRIP),
    replace(SAVINGS, tasks=THIRD_SAVINGS),
    replace(MAINTAINER, tasks=THIRD_MAINTAINER),
    replace(AGENCY, tasks=THIRD_AGENCY),
    replace(GALLERY, tasks=THIRD_GALLERY),
    replace(BACKOFFICE, tasks=THIRD_BACKOFFICE),
    replace(PARISH, tasks=THIRD_PARISH),
    replace(RELOCATION, tasks=THIRD_RELOCATION),
    replace(TEAM, tasks=THIRD_TEAM),
    replace(COUNTER, tasks=THIRD_COUNTER),
    replace(LETTERBOX, tasks=THIRD_LETTERBOX),
    replace(HOUSEHOLD, tasks=THIRD_HOUSEHOLD),
    replace(DESK, tasks=THIRD_DESK),
    replace(DESKWORK, tasks=THIRD_DESKWORK),
    replace(PURSE, tasks=THIRD_PURSE),
    replace(CABINET, tasks=THIRD_CABINET),
    replace(WAYFARE, tasks=THIRD_WAYFARE),
    replace(FOUNDER, tasks=THIRD_FOUNDER),
    replace(FORGE, tasks=THIRD_FORGE),
    replace(VOYAGE, tasks=THIRD_VOYAGE),
    replace(FRONTDESK, tasks=THIRD_FRONTDESK),
    replace(COMMONS, tasks=THIRD_COMMONS),
    replace(EVENTS, tasks=THIRD_EVENTS),
    replace(BROKER, tasks=THIRD_BROKER),
    replace(MARINA, tasks=THIRD_MARINA),
    replace(STUDIO, tasks=THIRD_STUDIO),
)
