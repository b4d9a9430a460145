"""The leak check: canary words in everything gated or private, and a crawl of every surface for them."""
