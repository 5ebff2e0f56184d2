"""Leaders, their division of work, AB pairs, absence and leave: who may act for whom, when."""
