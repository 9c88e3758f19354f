.DEFAULT_GOAL := help
STANDINS := target/debug/honeydue-standins

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Get Redis and Postgres: by apt as root, else unpacked into .deps
	@jobs/standins/servers.sh

test: deps ## Format, lint, and run every test on private servers
	cargo fmt --all --check
	! grep -nE '^name = "(openssl-sys|native-tls|aws-lc-sys|aws-lc-rs)"' Cargo.lock
	cargo clippy --workspace --all-targets -- -D warnings
	cargo build --workspace --bins
	$(STANDINS) servers -- cargo test --workspace

clean: ## Forget what was built
	cargo clean

.PHONY: help deps test clean
