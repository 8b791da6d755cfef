"""The only room with SQL. `tables` names every column; then one module a noun; `database` opens transactions."""
