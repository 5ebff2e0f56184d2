"""The pages of the knowledge base: parse, ask a selector or call a service, render."""
