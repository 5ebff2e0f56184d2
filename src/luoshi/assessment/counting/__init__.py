"""From events to the named counts of a scheme: one tracker for each kind of matter. Pure, but for the follower."""
