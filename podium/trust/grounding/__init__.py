"""What gives the values of a call ground: the request, and what the task has read from whom.

sinks.py goes through a call's sinks, grounds.py says where a value comes from, flows.py where what was
read may go. Under them record/ is what was read, with labels; things/, people/, times/, sums/ and states/
know how a request means one of theirs; texts/ is what texts lend to a call, and what goes out in the agent's
words.
"""
