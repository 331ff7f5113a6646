"""What the user's own request says and opens, before a task has read anything.

requests.py reads it once, narrowing.py is the grant that it leaves; asking.py finds where a word is the act
that is wanted, counting.py how often; wordings/ are the ways in which people ask in words of their own.
"""
