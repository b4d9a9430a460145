"""What the routines add to a customer's account: tools, saved routines, programmes, where to go on."""
