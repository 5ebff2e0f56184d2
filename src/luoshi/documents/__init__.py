"""Official documents (公文): incoming and outgoing."""
