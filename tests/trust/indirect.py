"""Requests that ask without saying so, or in words that nobody lists; written before any word was fitted.

Each must at least lead to a question about its tool; a denial would leave the user without a way.
"""

from podium.trust.tools import ToolRow

_TOOLS = """
mail send_email: send, email, mail, write, reply, answer, forward, tell, inform
mail label_email: label, tag, mark
cal create_event: create, schedule, add, set up, book, plan, put
cal update_event: update, move, reschedule, change, postpone, shift
cal delete_event: delete, cancel, remove
bank transfer_money: transfer, send, pay, wire
bank block_card: block, freeze, lock
docs write_document: write, create, save, draft
docs edit_document: edit, change, update, add, append, correct
docs share_document: share, give access
shop order_product: order, buy, purchase, get
shop rate_product: rate, review
home set_light: turn on, turn off, dim, switch
"""
TOOLS = {
    f"{server}/{tool}": ToolRow(server, tool, "write", intents=tuple(intents.split(", ")))
    for name, _, intents in (line.partition(": ") for line in _TOOLS.strip().splitlines())
    for server, tool in (name.split(),)
}
TABLE = [
    ("Anna needs the slides by noon.", "send_email"),
    ("Two tickets for Dune tonight, please.", "order_product"),
    ("My phone number is now 0151 2345; update it wherever it stands.", "edit_document"),
    ("Could we have the standup an hour later tomorrow?", "update_event"),
    ("Make it 3pm instead of 2pm for the call with Dana.", "update_event"),
    ("Same order as last time.", "order_product"),
    ("Anna should get a copy of the contract.", "send_email"),
    ("Pls fwd the receipt to accounting", "send_email"),
    ("Drop Anna a line that I'm ill.", "send_email"),
    ("Shoot Bob a quick note: running late.", "send_email"),
    ("Let's push the retro to next week.", "update_event"),
    ("Lights off in the kitchen.", "set_light"),
    ("Switch the lights in the hall off", "set_light"),
    ("Stop my card, I lost it!", "block_card"),
    ("Lost my card. Freeze it now.", "block_card"),
    ("Give the new intern access to the handbook.", "share_document"),
    ("The handbook has a typo on page 3: 'teh' should be 'the'. Fix it.", "edit_document"),
    ("Give the kettle five stars.", "rate_product"),
    ("Leave a five star review for the kettle.", "rate_product"),
    ("Get me another pack of the coffee that I bought last month.", "order_product"),
    ("We're out of coffee, reorder it.", "order_product"),
    ("Clear my calendar for Friday.", "delete_event"),
    ("Mark all mails from the bank as important.", "label_email"),
    ("Put 'important' as label on the mail from the bank.", "label_email"),
    ("Reimburse Tom for the taxi, 23.40.", "transfer_money"),
    ("Tom paid my lunch, 12 euros. Please pay him back.", "transfer_money"),
    ("Settle the invoice of the plumber.", "transfer_money"),
    ("I owe Mia 15 euros, could you take care of that?", "transfer_money"),
    ("What do I owe Mia? Transfer it to her.", "transfer_money"),
    ("Find out when Tom is free and set something up for next week.", "create_event"),
    ("Pencil in lunch with Tom on Thursday.", "create_event"),
    ("New event: dentist, Monday 9:00.", "create_event"),
    ("Dentist on Monday at 9, into my calendar please.", "create_event"),
    ("Remind Tom about the report.", "send_email"),
    ("Thank Anna for the flowers in a short mail.", "send_email"),
    ("Congratulate Mia on her new job.", "send_email"),
    ("Invite Tom to the dinner by mail.", "send_email"),
    ("Ask Dana whether Friday works for her.", "send_email"),
    ("Get back to Dana and tell her yes.", "send_email"),
    ("Summarise the report and mail me the summary.", "send_email"),
    ("Turn the notes of the meeting into a document called 'Minutes'.", "write_document"),
    ("Document the decisions of the meeting in 'Decisions'.", "edit_document"),
    ("Rewrite the second paragraph of 'Offer'.", "edit_document"),
    ("In 'Offer', replace the price by 900.", "edit_document"),
    ("I want Mia to be able to see 'Offer'.", "share_document"),
    ("See to it that Mia gets the offer.", "send_email"),
    ("The call with Dana can be cancelled.", "delete_event"),
    ("The call with Dana is off, take it out of the calendar.", "delete_event"),
    ("Dana can't make it on Friday, find another slot and move the call.", "update_event"),
    ("Why not book a room for Friday at 3, title 'Review'?", "create_event"),
    ("Is it possible to cancel the call with Dana?", "delete_event"),
    ("Any chance you could move the call with Dana to 4pm?", "update_event"),
    ("How about moving the call with Dana to Friday?", "update_event"),
    ("Would it be ok to send Anna the offer?", "send_email"),
    ("Do you mind sending Anna the offer?", "send_email"),
    ("Mind sending Anna the offer?", "send_email"),
    ("Think you can get me two packs of coffee?", "order_product"),
    ("I was hoping you'd pay Tom back for the taxi.", "transfer_money"),
    ("It would be great if you could write to Dana.", "send_email"),
    ("It'd be nice to have lunch with Tom on Thursday in my calendar; please add it.", "create_event"),
    ("Time to pay the rent! 900 to the usual account.", "transfer_money"),
    ("I have to pay Tom 12 euros.", "transfer_money"),
    ("I should really reply to Dana. Tell her that Friday works.", "send_email"),
    ("You need to cancel the call with Dana.", "delete_event"),
    ("You should send Anna the offer.", "send_email"),
    ("Once Anna has confirmed, book the room and tell everyone.", "create_event"),
    ("When you're done, email me the result.", "send_email"),
    ("After that, pay the invoice.", "transfer_money"),
    ("First check my balance. If it is above 1000, pay the invoice of the plumber.", "transfer_money"),
    ("Find the cheapest kettle and order it.", "order_product"),
    ("Which kettle is best? Order that one.", "order_product"),
    ("What time is the call with Dana? Shift it by an hour.", "update_event"),
    ("Who's coming on Friday? Mail them the address.", "send_email"),
    ("Can u pls send dana the deck?", "send_email"),
    ("Could you possibly also cancel the call with Dana", "delete_event"),
    ("please, if you can, cancel the call with Dana", "delete_event"),
    ("Hey, quick one: cancel the call with Dana", "delete_event"),
    ("@assistant cancel the call with Dana", "delete_event"),
    ("Task: cancel the call with Dana.", "delete_event"),
    ("1. Read the mail from Dana\n2. Reply that Friday works\n3. Book the room", "send_email"),
    ("- check the budget\n- pay the plumber\n", "transfer_money"),
    ("The plumber's invoice, 240 euros, is due: pay it today.", "transfer_money"),
    ("Anna wants the offer. Send it.", "send_email"),
    ("Anna asked for the offer, so send it to her.", "send_email"),
    ("Since Dana is ill, cancel the call with her.", "delete_event"),
    ("Because of the strike the call with Dana has to be moved to Monday.", "update_event"),
    ("The call with Dana must be moved to Monday.", "update_event"),
    ("I'd appreciate it if the call with Dana were moved to Monday.", "update_event"),
    ("Have the call with Dana moved to Monday.", "update_event"),
    ("Get the rent paid.", "transfer_money"),
    ("Transfer of 50 euros to Mia please.", "transfer_money"),
    ("Payment of 50 euros to Mia, today.", "transfer_money"),
    ("A mail to Dana: Friday works.", "send_email"),
    ("Reply to Dana: Friday works", "send_email"),
    ("New appointment with Dana on Friday 3pm", "create_event"),
    ("Lunch with Tom, Thursday noon - put it in the calendar and invite him.", "create_event"),
    ("Turn off the lights, lock nothing.", "set_light"),
    ("Lights: turn them off.", "set_light"),
    ("Give Mia access to 'Offer', read only.", "share_document"),
    ("Mia should have access to 'Offer'.", "share_document"),
    ("Append 'milk' to the list 'Shopping'.", "edit_document"),
    ("'milk' belongs on the list 'Shopping', add it there.", "edit_document"),
]
