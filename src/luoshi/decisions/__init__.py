"""Collective decisions (三重一大) and normative documents."""
