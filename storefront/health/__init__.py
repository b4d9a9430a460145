"""For machines: is it alive, is it ready, what is there to crawl."""
