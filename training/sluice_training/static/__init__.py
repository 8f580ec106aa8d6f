"""The static model: a table of token vectors whose sum, normalised, is the vector of a text."""
