"""Audits of whole traces: sentences about steps, judged while an agent works and after it ended.

formulas.py is the logic, steps.py what a step is, atoms.py and sources.py what can be said of one,
sentences.py the language, witnesses.py what decided, rules.py the life of one audit.
"""
