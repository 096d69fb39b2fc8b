"""How often the method is wrong, shown by simulation: one module per study, seeds declared beforehand.

A study names itself, and its name is its seed (`streams`). Its replicates are made in chunks; each chunk gives sums
(`tally`), so that chunks can be made apart, kept, and added up after a kill (`runner`). `page` and `pictures` show
them.
"""
