"""Seeing things through (督查督办): tasks, hidden dangers, rectification."""
