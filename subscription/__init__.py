"""New dialogues by e-mail: asked for by an address, confirmed from it, ended with one click."""
