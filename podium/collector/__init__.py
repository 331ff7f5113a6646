"""The path of spans: from the ledger, and from programs by OTLP, into the store that is its own."""
