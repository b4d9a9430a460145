"""One index over products, routines and articles."""
