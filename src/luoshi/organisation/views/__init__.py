"""Pages: log-in and one's own account, bodies, rosters, accounts of others."""
