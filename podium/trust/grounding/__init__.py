"""What gives the values of a call ground: the request, and what the task has read from whom.

readings.py is what was read, with labels; naming.py which objects the request names; grounds.py where a
value comes from; sinks.py goes through a call's sinks, flows.py says where what was read may go.
"""
