"""The cross-encoder: all-MiniLM-L6-v2 with a head that scores a query and a passage read together."""
