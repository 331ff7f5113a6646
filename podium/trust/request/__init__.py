"""What the user's own request says and opens, before a task has read anything.

requests.py reads it once, narrowing.py is the grant that it leaves; asking.py finds where a word is the act
that is wanted, counting.py how often; the others each know one way in which people ask, or seem to.
"""
