"""English, as far as a user's request has to be understood. Nothing here knows tools or tasks.

lexicon.py and vocabulary.py are words by what they do and mean, words.py tokens and their base forms,
wordnet.py which words are near; almanac.py, hours.py, numerals.py and sums.py read days, times, numbers and
arithmetic.
"""
