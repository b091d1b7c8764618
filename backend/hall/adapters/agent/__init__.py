"""Hall's side of its agent: signed questions, and answers whose signature is checked."""
