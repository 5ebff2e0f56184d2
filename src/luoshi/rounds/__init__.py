"""Assessment rounds: plan, notice, self-assessment, marks, approval, publication, rectification."""
