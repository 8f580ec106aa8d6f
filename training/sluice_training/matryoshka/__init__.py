"""The Matryoshka MiniLM: all-MiniLM-L6-v2, turned so that its leading dimensions hold most."""
