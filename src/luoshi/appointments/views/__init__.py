"""The pages of appointments and of the names of bodies."""
