"""The rulebook for people: each rule with its clause, its dates and what it means, tried on an example."""
