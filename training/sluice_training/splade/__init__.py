"""A sparse head (SPLADE) behind the frozen encoder of all-MiniLM-L6-v2."""
