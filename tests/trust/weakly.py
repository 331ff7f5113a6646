"""Requests in weak words, by how they ask, with a call of each; and such as only sound alike."""

from typing import Any

NEEDS_A_NEW_THING: list[tuple[str, str, dict[str, Any]]] = [
    (
        "We need a ticket: the skylight leaks. That's one for Tess",
        "desk/create_ticket",
        {"title": "Skylight", "assignee": "tess"},
    ),
    (
        "We need a new ticket for Ruben: the net on court 2 is torn.",
        "desk/create_ticket",
        {"title": "Net", "assignee": "ruben"},
    ),
    (
        "A ticket for Tess please: the skylight leaks",
        "desk/create_ticket",
        {"title": "Skylight", "assignee": "tess"},
    ),
    (
        "I'd like another ticket: filter of the main pool, Tess, by Friday",
        "desk/create_ticket",
        {"title": "Filter", "assignee": "tess", "due": "2026-11-27"},
    ),
    (
        "We need another ticket for Aya: the till prints blanks.",
        "desk/create_ticket",
        {"title": "Till", "assignee": "aya"},
    ),
    (
        "I want a ticket for Ruben about the wall bars.",
        "desk/create_ticket",
        {"title": "Bars", "assignee": "ruben"},
    ),
    (
        "We would like a new ticket: lamp in the sauna, Tess.",
        "desk/create_ticket",
        {"title": "Lamp", "assignee": "tess"},
    ),
    (
        "The slide is cracked. We need a ticket for Tess",
        "desk/create_ticket",
        {"title": "Slide", "assignee": "tess"},
    ),
    (
        "Another ticket, please: the kiosk door sticks. For Aya.",
        "desk/create_ticket",
        {"title": "Door", "assignee": "aya"},
    ),
    (
        "We need a ticket for the hedge, Ruben, due on Friday",
        "desk/create_ticket",
        {"title": "Hedge", "assignee": "ruben", "due": "2026-11-27"},
    ),
]
NOT_NEEDS_A_NEW_THING: list[tuple[str, str, dict[str, Any]]] = [
    ("Do we need a ticket for Tess?", "desk/create_ticket", {"title": "x", "assignee": "tess"}),
    ("We don't need a ticket for Tess, do we", "desk/create_ticket", {"title": "x", "assignee": "tess"}),
    ("We needed a ticket for Tess.", "desk/create_ticket", {"title": "x", "assignee": "tess"}),
    ("How many tickets do we need for Tess?", "desk/create_ticket", {"title": "x", "assignee": "tess"}),
    ("Tess says we need a ticket for Ruben.", "desk/create_ticket", {"title": "x", "assignee": "ruben"}),
    ("Is there a ticket for Tess?", "desk/create_ticket", {"title": "x", "assignee": "tess"}),
    (
        "Tess needs a ticket from me for the bus",
        "desk/update_ticket",
        {"ticket_id": "T-31", "assignee": "tess"},
    ),
    (
        "We need a ticket: the skylight leaks. That's one for Tess",
        "desk/update_ticket",
        {"ticket_id": "T-31", "assignee": "tess"},
    ),
    (
        "We need a ticket: the skylight leaks. That's one for Tess",
        "desk/update_ticket",
        {"ticket_id": "T-31", "status": "closed"},
    ),
    (
        "We need a ticket: the skylight leaks. That's one for Tess",
        "desk/create_ticket",
        {"title": "x", "assignee": "ruben"},
    ),
    ("Ruben will open a ticket for Tess.", "desk/create_ticket", {"title": "x", "assignee": "tess"}),
]
SAYS_HOW_MANY: list[tuple[str, str, dict[str, Any]]] = [
    ("The boiler room should want two cards", "doors/set_door_rule", {"door_id": "D-1", "required_cards": 2}),
    (
        "Boiler room should need 2 cards from now on",
        "doors/set_door_rule",
        {"door_id": "D-1", "required_cards": 2},
    ),
    (
        "The store ought to ask for two cards, like the boiler room.",
        "doors/set_door_rule",
        {"door_id": "D-2", "required_cards": 2},
    ),
    ("the teaching pool should have 31 degrees", "pools/set_pool", {"pool_id": "P-1", "degrees": 31}),
    ("Main pool: 27 degrees", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    ("main pool at 27 degrees please", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    ("27 degrees in the main pool, please", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    ("teaching pool up to 31 pls", "pools/set_pool", {"pool_id": "P-1", "degrees": 31}),
    ("Main pool on 27", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    (
        "Two cards for the store from Monday, please",
        "doors/set_door_rule",
        {"door_id": "D-2", "required_cards": 2},
    ),
]
NOT_SAYS_HOW_MANY: list[tuple[str, str, dict[str, Any]]] = [
    ("Is the main pool at 27 degrees?", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    ("Was the main pool at 27 degrees yesterday?", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    ("We moved the main pool to 27 degrees.", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    ("Tess will set the main pool to 27 degrees.", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    ("Don't let the main pool go to 27 degrees.", "pools/set_pool", {"pool_id": "P-2", "degrees": 27}),
    (
        "If Tess had asked, the main pool would be at 27 degrees.",
        "pools/set_pool",
        {"pool_id": "P-2", "degrees": 27},
    ),
    (
        "Who said that the main pool should be at 27 degrees?",
        "pools/set_pool",
        {"pool_id": "P-2", "degrees": 27},
    ),
    (
        "Tess says the main pool should be at 27 degrees. What do you think?",
        "pools/set_pool",
        {"pool_id": "P-2", "degrees": 27},
    ),
    (
        "Find out whether the boiler room should want two cards.",
        "doors/set_door_rule",
        {"door_id": "D-1", "required_cards": 2},
    ),
    ("Does the boiler room want two cards?", "doors/set_door_rule", {"door_id": "D-1", "required_cards": 2}),
    (
        "The boiler room wanted two cards last year.",
        "doors/set_door_rule",
        {"door_id": "D-1", "required_cards": 2},
    ),
    (
        "Ruben thinks the boiler room should not want two cards",
        "doors/set_door_rule",
        {"door_id": "D-1", "required_cards": 2},
    ),
    ("Main pool: 27 degrees", "pools/set_pool", {"pool_id": "P-1", "degrees": 27}),
    ("Main pool: 27 degrees", "pools/set_pool", {"pool_id": "P-2", "degrees": 34}),
]
MAY_END: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Petra's membership can stop on 15 December",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
    (
        "Caspar moves away, so his membership can end on the 20th of December.",
        "courts/end_membership",
        {"membership_id": "M-2", "last_day": "2026-12-20"},
    ),
    (
        "Petra has sold up, so that membership can finish on 15 December.",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
    (
        "Caspar's membership may lapse on 31 December.",
        "courts/end_membership",
        {"membership_id": "M-2", "last_day": "2026-12-31"},
    ),
    (
        "Petra's membership may end on Friday",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-11-27"},
    ),
]
NOT_MAY_END: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Can Petra's membership stop on 15 December?",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
    (
        "Petra's membership can not stop on 15 December",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
    (
        "Tell Petra that her membership can stop on 15 December",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
    (
        "Petra asks whether her membership can stop on 15 December.",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
    (
        "Look up if Caspar's membership can end on the 20th of December.",
        "courts/end_membership",
        {"membership_id": "M-2", "last_day": "2026-12-20"},
    ),
    (
        "Petra thought her membership could stop on 15 December.",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
    (
        "Petra's membership can stop on 15 December",
        "courts/end_membership",
        {"membership_id": "M-2", "last_day": "2026-12-15"},
    ),
    (
        "Petra's membership can stop on 15 December",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-31"},
    ),
    (
        "Petra's membership can stop on 15 December",
        "courts/change_membership",
        {"membership_id": "M-1", "plan": "family"},
    ),
    (
        "Petra hopes that her membership can stop on 15 December.",
        "courts/end_membership",
        {"membership_id": "M-1", "last_day": "2026-12-15"},
    ),
]
HAS_IT_BACK: list[tuple[str, str, dict[str, Any]]] = [
    ("let Nadia have her deposit back", "courts/refund_deposit", {"booking_id": "B-11", "amount": 50}),
    (
        "The rowing club left everything clean, let them have their deposit back",
        "courts/refund_deposit",
        {"booking_id": "B-13", "amount": 120},
    ),
    ("Otis can have his deposit back.", "courts/refund_deposit", {"booking_id": "B-12", "amount": 80}),
    (
        "Nadia should have her deposit back, all 50",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    ("Please let Otis have the deposit back.", "courts/refund_deposit", {"booking_id": "B-12", "amount": 80}),
]
NOT_HAS_IT_BACK: list[tuple[str, str, dict[str, Any]]] = [
    ("Nadia had her deposit back.", "courts/refund_deposit", {"booking_id": "B-11", "amount": 50}),
    (
        "Nadia got her deposit back last week, didn't she?",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    (
        "Did we let Nadia have her deposit back?",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    (
        "Ask Ruben to let Nadia have her deposit back.",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    (
        "Ruben will let Nadia have her deposit back",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    ("Don't let Nadia have her deposit back", "courts/refund_deposit", {"booking_id": "B-11", "amount": 50}),
    ("let Nadia have her deposit back", "courts/refund_deposit", {"booking_id": "B-12", "amount": 80}),
    ("let Nadia have her deposit back", "courts/refund_deposit", {"booking_id": "B-11", "amount": 500}),
    (
        "let Nadia know when she has her deposit back",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    (
        "Let me have Nadia's deposit details back",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    ("Why should Otis have his deposit back?", "courts/refund_deposit", {"booking_id": "B-12", "amount": 80}),
]
MISSPELLS_ITS_VERB: list[tuple[str, str, dict[str, Any]]] = [
    ("reimberse Nadia's deposit", "courts/refund_deposit", {"booking_id": "B-11", "amount": 50}),
    ("refnd Otis his deposit", "courts/refund_deposit", {"booking_id": "B-12", "amount": 80}),
    ("cancle Otis's booking", "courts/cancel_booking", {"booking_id": "B-12"}),
    ("Please cancell Otis's booking", "courts/cancel_booking", {"booking_id": "B-12"}),
    (
        "reshedule Otis's booking to 5 December",
        "courts/move_booking",
        {"booking_id": "B-12", "day": "2026-12-05"},
    ),
    (
        "can you reshcedule Nadia's booking to Saturday",
        "courts/move_booking",
        {"booking_id": "B-11", "day": "2026-11-28"},
    ),
    ("asign the broken locker to Tess", "desk/update_ticket", {"ticket_id": "T-32", "assignee": "tess"}),
    ("chnage Caspar's plan to basic", "courts/change_membership", {"membership_id": "M-2", "plan": "basic"}),
]
NOT_MISSPELLS_ITS_VERB: list[tuple[str, str, dict[str, Any]]] = [
    ("Don't cancle Otis's booking", "courts/cancel_booking", {"booking_id": "B-12"}),
    ("Did you cancle Otis's booking?", "courts/cancel_booking", {"booking_id": "B-12"}),
    ("Tell Otis how to cancle his booking.", "courts/cancel_booking", {"booking_id": "B-12"}),
    ("cancle Otis's booking", "courts/cancel_booking", {"booking_id": "B-11"}),
    (
        "Refuel the mower before Nadia's deposit is due",
        "courts/refund_deposit",
        {"booking_id": "B-11", "amount": 50},
    ),
    ("Cancer research rents court 2; who is Otis?", "courts/cancel_booking", {"booking_id": "B-12"}),
    (
        "Chance the broken locker is Ruben's?",
        "desk/update_ticket",
        {"ticket_id": "T-32", "assignee": "ruben"},
    ),
    ("The cancle button of Otis's booking does not work", "courts/cancel_booking", {"booking_id": "B-12"}),
]
MOVES_OR_HANDS_ON: list[tuple[str, str, dict[str, Any]]] = [
    ("Otis's booking: Saturday instead", "courts/move_booking", {"booking_id": "B-12", "day": "2026-11-28"}),
    (
        "Nadia's booking on the 5th rather than the 3rd",
        "courts/move_booking",
        {"booking_id": "B-11", "day": "2026-12-05"},
    ),
    (
        "The rowing club's booking has to be on the 19th of December",
        "courts/move_booking",
        {"booking_id": "B-13", "day": "2026-12-19"},
    ),
    (
        "Ruben should have the dripping shower instead of Aya",
        "desk/update_ticket",
        {"ticket_id": "T-31", "assignee": "ruben"},
    ),
    (
        "If Ruben is in on Friday, give him the dripping shower instead of Aya.",
        "desk/update_ticket",
        {"ticket_id": "T-31", "assignee": "ruben"},
    ),
    ("Petra wants the family plan", "courts/change_membership", {"membership_id": "M-1", "plan": "family"}),
    (
        "Caspar on family, 48 a month",
        "courts/change_membership",
        {"membership_id": "M-2", "plan": "family", "price": 48},
    ),
    ("Caspar to basic please", "courts/change_membership", {"membership_id": "M-2", "plan": "basic"}),
    ("dripping shower: Ruben", "desk/update_ticket", {"ticket_id": "T-31", "assignee": "ruben"}),
    ("Broken locker: Tess, please", "desk/update_ticket", {"ticket_id": "T-32", "assignee": "tess"}),
]
NOT_MOVES_OR_HANDS_ON: list[tuple[str, str, dict[str, Any]]] = [
    (
        "What is Otis's booking on Saturday?",
        "courts/move_booking",
        {"booking_id": "B-12", "day": "2026-11-28"},
    ),
    (
        "Otis's booking was on Saturday instead",
        "courts/move_booking",
        {"booking_id": "B-12", "day": "2026-11-28"},
    ),
    (
        "Ruben had the dripping shower instead of Aya",
        "desk/update_ticket",
        {"ticket_id": "T-31", "assignee": "ruben"},
    ),
    ("Was the dripping shower Ruben's?", "desk/update_ticket", {"ticket_id": "T-31", "assignee": "ruben"}),
    (
        "Caspar was on family, 48 a month",
        "courts/change_membership",
        {"membership_id": "M-2", "plan": "family", "price": 48},
    ),
    (
        "Is Caspar on family at 48?",
        "courts/change_membership",
        {"membership_id": "M-2", "plan": "family", "price": 48},
    ),
    (
        "Aya will change Caspar to family, 48 a month",
        "courts/change_membership",
        {"membership_id": "M-2", "plan": "family", "price": 48},
    ),
    (
        "Aya is going to switch Caspar to family",
        "courts/change_membership",
        {"membership_id": "M-2", "plan": "family"},
    ),
    (
        "Caspar on family, 48 a month",
        "courts/change_membership",
        {"membership_id": "M-1", "plan": "family", "price": 48},
    ),
    ("Otis's booking: Saturday instead", "courts/cancel_booking", {"booking_id": "B-12"}),
    ("dripping shower: Ruben", "desk/update_ticket", {"ticket_id": "T-31", "assignee": "tess"}),
    ("dripping shower: Ruben?", "desk/update_ticket", {"ticket_id": "T-31", "assignee": "ruben"}),
    ("dripping shower: Ruben", "desk/update_ticket", {"ticket_id": "T-31", "status": "closed"}),
]
