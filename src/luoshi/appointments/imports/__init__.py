"""Files of past notices: read strictly, checked whole, taken over whole or not at all."""
