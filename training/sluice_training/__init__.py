"""Trains the small models that Sluice ships, and exports them to the project's formats."""
