//! Text becomes secret findings and redacted text. Does not know where the text came from.
