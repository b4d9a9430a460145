"""How many pieces there are: a ledger of moves, a level that follows it, holds that run out."""
