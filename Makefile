.DEFAULT_GOAL := help
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Crates that would bring in a second TLS.
FOREIGN_TLS := openssl-sys|native-tls|aws-lc-sys|aws-lc-rs

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Get Redis, Postgres and a mail server: by apt as root, else unpacked into .deps
	@jobs/standins/servers.sh

demo: deps ## Play a day in two households on all of honeyDue (ARGS=--exit ends by itself)
	cargo build --release --workspace --exclude benches --bins
	$(TARGET)/release/honeydue demo $(ARGS)

lint: ## Look at the form of the code, and at what it is made of
	cargo fmt --all --check
	! grep -nE '^name = "($(FOREIGN_TLS))"' Cargo.lock
	cargo clippy --workspace --all-targets -- -D warnings

test: deps lint ## Format, lint, and run every test on private servers
	cargo build --workspace --all-targets
	jobs/standins/scratch.sh $(TARGET)/debug/honeydue-standins servers -- $(MAKE) -j4 -O --no-print-directory $(SUITES)

# Most tests wait for leases and clocks, not for the processor: so they run side by side, those that take
# longest first, and chaos early, for it hardly works but waits. The patterns leave no test out whose name
# has two letters.
SUITES := suite-of-cli suite-of-units suite-of-a-m suite-of-c suite-of-cr suite-of-n-z suite-of-s
suite-of-units:
	cargo test --workspace --lib --bins
	cargo test --workspace --doc
suite-of-cli:
	cargo test --workspace --test 'cl*'
suite-of-cr:
	cargo test --workspace --test 'cr*'
suite-of-c:
	cargo test --workspace --test 'c[!lr]*'
suite-of-a-m:
	cargo test --workspace --test '[!cn-z]*'
suite-of-s:
	cargo test --workspace --test 's*'
suite-of-n-z:
	cargo test --workspace --test '[n-rt-z]*'

bench: deps ## Measure the queue beside its bare scripts and beside stock apalis-redis (ARGS=queue, worker or cluster: only that; ARGS=fanout: a million people)
	cargo build --release -p honeydue-ops -p honeydue-worker -p honeydue-scheduler -p honeydue-api -p benches
	$(TARGET)/release/benches $(ARGS)

chaos: deps ## Kill, stall and cut off workers, Redis and schedulers for MINUTES=4 each (SEED= repeats what happened)
	MINUTES=$(or $(MINUTES),4) $(if $(SEED),SEED=$(SEED)) cargo test -p platform --test chaos
	cargo build -p honeydue-scheduler --all-targets
	MINUTES=$(or $(MINUTES),4) $(if $(SEED),SEED=$(SEED)) cargo test -p honeydue-scheduler --test chaos

take-over: deps ## Measure how long nobody leads after a leader's end, over 400 of them, for ten minutes
	cargo build -p honeydue-scheduler --bins --examples
	$(TARGET)/debug/examples/take_over

peers: ## Send to servers that we did not write: aiosmtpd, Node and Postfix (as root)
	@test "$$(id -u)" = 0 || { echo "make peers: Postfix starts as root alone; run it as root" >&2; exit 1; }
	@jobs/standins/servers.sh peers
	cargo clippy --workspace --features honeydue-worker/peers --all-targets -- -D warnings
	cargo test --workspace --features honeydue-worker/peers --test smtp --test push -- foreign:: postfix::

check-deploy: deps ## Check deploy-k3s with kubectl, Kubernetes's schemas and shellcheck; build the image if possible
	@deploy-k3s/checks/tools.sh
	@deploy-k3s/checks/run.sh

rehearse: deps ## Play roll-outs and failures on the whole topology under load, and count what it cost
	cargo build --release --workspace --exclude benches --bins
	$(TARGET)/release/honeydue-standins rehearse $(ARGS)

sqlx: deps ## Describe the checked queries anew, after one of them or the schema has changed
	cargo build -p standins --bins
	$(TARGET)/debug/honeydue-standins servers -- sh -c 'psql -qX "$$TEST_DATABASE_URL" -c "CREATE DATABASE sqlx TEMPLATE template0" && \
	  DATABASE_URL=$${TEST_DATABASE_URL%/*}/sqlx jobs/store/prepare.sh'

clean: ## Forget what was built
	cargo clean

.PHONY: $(SUITES) help deps demo lint test peers check-deploy rehearse bench chaos take-over sqlx clean
