.DEFAULT_GOAL := help
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Crates that would bring in a second TLS.
FOREIGN_TLS := openssl-sys|native-tls|aws-lc-sys|aws-lc-rs

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Get Redis, Postgres and a mail server: by apt as root, else unpacked into .deps
	@jobs/standins/servers.sh

demo: deps ## Play a day in two households on all of honeyDue (ARGS=--exit ends by itself)
	cargo build --release --workspace --exclude benches --bins
	$(TARGET)/release/honeydue demo $(ARGS)

test: deps ## Format, lint, and run every test on private servers
	cargo fmt --all --check
	! grep -nE '^name = "($(FOREIGN_TLS))"' Cargo.lock
	cargo clippy --workspace --all-targets -- -D warnings
	cargo build --workspace --all-targets
	$(TARGET)/debug/honeydue-standins servers -- cargo test --workspace

bench: deps ## Measure the queue beside its bare scripts and beside stock apalis-redis (some minutes)
	cargo build --release -p honeydue-ops -p benches
	$(TARGET)/release/benches

chaos: deps ## Kill, stall and cut off workers, Redis and schedulers for MINUTES=4 each (SEED= repeats what happened)
	MINUTES=$(or $(MINUTES),4) $(if $(SEED),SEED=$(SEED)) cargo test -p platform --test chaos
	cargo build -p honeydue-scheduler --all-targets
	MINUTES=$(or $(MINUTES),4) $(if $(SEED),SEED=$(SEED)) cargo test -p honeydue-scheduler --test chaos

sqlx: deps ## Describe the checked queries anew, after one of them or the schema has changed
	cargo build -p standins --bins
	$(TARGET)/debug/honeydue-standins servers -- sh -c 'psql -qX "$$TEST_DATABASE_URL" -c "CREATE DATABASE sqlx" && \
	  DATABASE_URL=$${TEST_DATABASE_URL%/*}/sqlx jobs/store/prepare.sh'

clean: ## Forget what was built
	cargo clean

.PHONY: help deps demo test bench chaos sqlx clean
