"""What is sold: products, their variants, the parts they bring, and the kits made of them."""
