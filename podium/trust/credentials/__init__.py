"""Who a task is, and how that is proved: its SPIFFE id and claims, tokens, proofs of possession, issuers."""
