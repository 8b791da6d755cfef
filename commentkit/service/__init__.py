"""Every use case, one module a person. Routes, the command line and the worker all come through here."""
