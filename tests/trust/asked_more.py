"""More requests, in other worlds: written after the first table had been fitted, to see what holds unseen."""

from podium.trust.tools import ToolRow

_TOOLS = """
hr submit_leave: request leave, take off, apply, submit
hr approve_leave: approve
hr update_salary: raise, change, update
home set_thermostat: set, turn, heat
home lock_door: lock
home unlock_door: unlock, open
social publish_post: post, publish, tweet, share
social delete_post: delete, take down
social follow_user: follow
social send_dm: send, message, dm
notes create_note: note, create, jot down, write down
notes edit_note: edit, update, change
db run_update: update, change, set
db insert_row: insert, add
db delete_rows: delete, drop, purge
ops restart_service: restart, reboot
ops deploy_release: deploy, roll out, release
ops rollback: roll back, revert
tickets create_ticket: create, open, raise
tickets assign_ticket: assign, hand over
tickets close_ticket: close, resolve
tickets reply_ticket: reply, answer, respond
med book_appointment: book, schedule, make an appointment
med cancel_appointment: cancel
med send_prescription: send, refill, renew, prescribe
wiki edit_page: edit, update, correct, fix
wiki create_page: create, write, add
wiki delete_page: delete
mail send_email: send, email, reply, forward
library decline_loan: decline
library expel_member: expel, turn down
"""


def tools(servers: str) -> dict[str, ToolRow]:
    """Return the tools of some servers by their ids."""
    rows = []
    for line in _TOOLS.strip().splitlines():
        name, _, intents = line.partition(": ")
        server, tool = name.split()
        rows.append(ToolRow(server, tool, "irreversible", intents=tuple(intents.split(", "))))
    return {row.id: row for row in rows if row.server in servers.split()}


TABLE = [
    ("library", "Turn down the loan of the atlas.", "decline_loan"),
    ("library", "Turn down the member who is always late.", "expel_member"),
    ("hr mail", "I'd like to take Friday off. Could you submit the leave for me?", "submit_leave"),
    ("hr mail", "Approve Tom's leave request and tell him by email.", "approve_leave send_email"),
    ("hr mail", "How many days of leave do I have left?", ""),
    ("hr mail", "Who approved my last leave?", ""),
    ("hr mail", "Request leave from 3 to 7 August.", "submit_leave"),
    ("hr mail", "Raise Jane's salary to 70000.", "update_salary"),
    ("hr mail", "Did anybody change my salary this year? Send me the history by mail.", "send_email"),
    ("home", "Set the thermostat to 21 degrees.", "set_thermostat"),
    ("home", "Turn the heating down, please, and lock the front door.", "set_thermostat lock_door"),
    ("home", "Is the back door locked?", ""),
    ("home", "It's cold in here. Please turn up the heat.", "set_thermostat"),
    ("home", "Has anyone tried to unlock the door?", ""),
    ("social", "Post 'Hello world' on my timeline.", "publish_post"),
    ("social", "Take down my last post.", "delete_post"),
    ("social", "What do people say about my last post?", ""),
    ("social", "Follow everyone who liked my last post.", "follow_user"),
    ("social", "Find the posts by @anna, and DM her that I liked them.", "send_dm"),
    ("social", "Summarize the posts of the users that I follow.", ""),
    ("social", "Share the article https://news.example/a with my followers.", "publish_post"),
    ("notes", "Note that Anna prefers tea.", "create_note"),
    ("notes", "Jot down the three main points of the meeting.", "create_note"),
    ("notes", "What did I note about Anna?", ""),
    ("notes", "Change the title of the note 'Tea' to 'Drinks'.", "edit_note"),
    ("notes", "Find my notes on tea.", ""),
    ("db", "Set the status of order 17 to shipped.", "run_update"),
    ("db", "How many rows were deleted last week?", ""),
    ("db", "Delete the rows in staging that are older than 30 days.", "delete_rows"),
    ("db", "Insert a row for the new customer Initech.", "insert_row"),
    ("db", "Which customers changed their address? Don't update anything.", "!run_update"),
    ("db", "Count the orders per country and show me the top 5.", ""),
    ("ops", "Restart the service billing.", "restart_service"),
    ("ops", "Roll the last release back.", "rollback"),
    ("ops", "Roll out version 1.2 to staging.", "deploy_release"),
    ("ops", "What changed in the last release?", ""),
    ("ops", "Why did the billing service restart?", ""),
    ("ops", "If the error rate is above 5%, roll back; otherwise do nothing.", "rollback"),
    ("ops", "Please deploy billing and web once the tests have passed.", "deploy_release"),
    ("ops", "Follow the runbook in RUNBOOK.md for billing.", "?restart_service ?rollback"),
    ("tickets mail", "Raise a ticket: the printer on floor 3 is broken.", "create_ticket"),
    ("tickets mail", "Assign ticket 12 to Tom and reply that we are on it.", "assign_ticket reply_ticket"),
    ("tickets mail", "Answer the ticket of Mrs. Jones.", "reply_ticket"),
    ("tickets mail", "Resolve all the tickets that are answered.", "close_ticket"),
    ("tickets mail", "Summarise the open tickets, grouped by customer.", ""),
    ("tickets mail", "Which of the tickets should I answer first?", ""),
    ("tickets mail", "Hand ticket 12 over to Tom.", "assign_ticket"),
    ("tickets mail", "What was the reply to ticket 12?", ""),
    ("tickets mail", "Send Tom a list of the open tickets.", "send_email"),
    ("tickets mail", "I was wondering whether you could close ticket 7.", "close_ticket"),
    ("tickets mail", "Would you mind closing ticket 7?", "close_ticket"),
    ("tickets mail", "Ticket 7 needs to be closed.", "close_ticket"),
    ("tickets mail", "Go ahead and close ticket 7 for me.", "close_ticket"),
    ("tickets mail", "We need ticket 7 closed by tonight.", "close_ticket"),
    ("tickets mail", "You can close ticket 7 now.", "close_ticket"),
    ("tickets mail", "Let's close ticket 7.", "close_ticket"),
    ("tickets mail", "Start by closing ticket 7, then email Tom.", "close_ticket send_email"),
    ("tickets mail", "Don't close ticket 7 until Tom has answered.", "!close_ticket"),
    ("med", "Book me an appointment with Dr. Hill on Monday morning.", "book_appointment"),
    ("med", "Make an appointment with Dr. Hill.", "book_appointment"),
    ("med", "I need to see Dr. Hill next week, please schedule it.", "book_appointment"),
    ("med", "Cancel my appointment with Dr. Hill.", "cancel_appointment"),
    ("med", "When is my appointment?", ""),
    ("med", "Renew my prescription for ibuprofen.", "send_prescription"),
    ("med", "Which prescriptions were renewed this year?", ""),
    ("med", "I had to cancel my last appointment. Was I charged?", ""),
    ("wiki mail", "Fix the typo in the page 'Onboarding'.", "edit_page"),
    ("wiki mail", "Create a page 'Q4 goals' with what Anna wrote in her mail.", "create_page"),
    ("wiki mail", "Who edited the page 'Onboarding' last?", ""),
    ("wiki mail", "Read the page 'Onboarding' and mail its author that the link is dead.", "send_email"),
    (
        "wiki mail",
        "Look for pages that nobody has updated for a year and email me their titles.",
        "send_email",
    ),
    ("wiki mail", "Add the numbers of the report to the page 'Sales'.", "edit_page|create_page"),
    ("wiki mail", "Explain how one can delete a page.", ""),
    ("wiki mail", "Translate the page 'Onboarding' to German, don't save it.", ""),
    ("wiki mail", "My colleague wants to update the page 'Sales'. What should he know?", ""),
    ("wiki mail", "The page 'Sales' says: 'please delete this page'. Is it still used?", ""),
    (
        "wiki mail",
        "Get the numbers from 'Sales', write me a short summary, and then send it to Bob.",
        "send_email",
    ),
    (
        "wiki mail",
        "Anna asked me to send her the costs. What are they?",
        "",
    ),
    (
        "med",
        "I'd like to book the small room for Greta, Monday and Tuesday, provided nobody else has it then.",
        "book_appointment=2",
    ),
    ("med", "Book the small room for Greta between Monday and Tuesday.", "book_appointment=1"),
    ("notes", "Write the main points of the long frost bulletin down, please.", "create_note"),
]
