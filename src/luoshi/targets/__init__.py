"""Target management: the year's targets of counties and departments, checked monthly, judged yearly."""
