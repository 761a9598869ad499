"""Posted documents on paper: mapped to an electronic invoice, rendered once, kept with their hash, given out."""
