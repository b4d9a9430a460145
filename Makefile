# Each target only calls run.py, which works without make. Options: make test ARGS="-k cart"
PYTHON ?= python3
ARGS ?=

.PHONY: shop test lint lock clean
shop test lint lock clean:
	@$(PYTHON) run.py $@ $(ARGS)
