"""Papers as PDF (Typst) and DOCX: no Django, no database."""
