"""Files of a year's targets: read strictly, checked whole, imported whole or not at all."""
