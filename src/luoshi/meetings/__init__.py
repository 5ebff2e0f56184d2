"""Government meetings: topics, agendas, attendance, minutes."""
