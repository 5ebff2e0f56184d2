"""One search over everything: matters of all functions, bodies, rules; each person finds what they may read."""
