"""Makes the weights that the reader of shaming language comes with. Needs the `train` dependencies."""
