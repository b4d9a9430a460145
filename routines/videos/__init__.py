"""Video assets with captions, and the grants by which their bytes are delivered."""
