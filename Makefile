# Lockstep. `make demo` shows it, `make test` proves it; both set up what they need and can be run again.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

NORTHWIND := host-demo/examples/northwind
# Decisions that others worked out, where they lie beside the project.
SHARED := $(wildcard ../shared/vectors)
ifneq ($(SHARED),)
export LOCKSTEP_SHARED_VECTORS := $(abspath $(SHARED))
endif

.PHONY: help demo test lint lint-code deny bench bench-peers counts laws schema fuzz mutants differential differential-changes rust wasm wasm-test wasm-tools wasm-hosts wasm-sizes wasm-soak bench-wasm

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

rust:
	@command -v cargo >/dev/null || { echo "missing: cargo; install Rust by rustup, then run this again" >&2; exit 1; }
	@cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1 || rustup component add clippy rustfmt

demo: rust ## Load Northwind's policy and ask it who may use what, and why
	cargo build --workspace
	@host-demo/examples/demo.sh "$${CARGO_TARGET_DIR:-target}/debug/lockstep" $(NORTHWIND)

test: rust ## Everything: lints, unit tests, laws, vectors, the oracle, the command line
	$(MAKE) --no-print-directory lint-code
	cargo test --workspace -- --show-output
	$(MAKE) --no-print-directory wasm-test

lint: lint-code deny ## Formatting, clippy, documentation, licences

lint-code: rust
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --features lockstep-wasm/admin,lockstep-wasm/trap-for-tests -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

deny: rust
	@cargo deny --version >/dev/null 2>&1 || { echo "missing: cargo-deny; run 'cargo install cargo-deny --locked', then this again" >&2; exit 1; }
	cargo deny check licenses bans sources

TARGET_DIR = $${CARGO_TARGET_DIR:-target}
bench: rust ## How long decisions, lists and loads take, and what they hold
	rm -rf "$(TARGET_DIR)/criterion"
	cargo bench --workspace --bench decide --bench list --bench load --bench growth --bench memory
	cargo build --release --workspace --example timings
	@"$(TARGET_DIR)/release/examples/timings" "$(TARGET_DIR)/criterion"

bench-peers: rust ## The same answers by Cedar, regorus and by hand, timed side by side
	cd tests/peers && cargo run --release

counts: rust ## Instructions of the hot paths against core/counts.txt; ACCEPT=1 keeps the new ones
	@command -v valgrind >/dev/null || { echo "missing: valgrind; install it by the system's package manager, then run this again" >&2; exit 1; }
	cargo build --release --workspace --example count
	@"$(TARGET_DIR)/release/examples/count" $(if $(ACCEPT),accept)

wasm-tools: rust
	@command -v npm >/dev/null || { echo "missing: npm; install Node 20 or later, then run this again" >&2; exit 1; }
	@rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
	@cd wasm/js && { cmp -s package-lock.json node_modules/.lock-of-these 2>/dev/null || { npm ci --silent --no-audit --no-fund && cp package-lock.json node_modules/.lock-of-these; }; }

wasm: wasm-tools ## Build the npm package @lockstep/policy into wasm/js/dist
	node wasm/js/scripts/build.mjs

wasm-hosts: wasm-tools
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || { echo "missing: chromium; install Debian's package of that name, then run this again" >&2; exit 1; }

wasm-test: wasm-hosts ## The npm package: every vector in Node, Chromium and workerd; types, errors, README, what is published
	cargo build --workspace --bin native-answers
	node wasm/js/scripts/build.mjs --trap
	"$(TARGET_DIR)/debug/native-answers" wasm/js/build/native.jsonl
	cd wasm/js && node_modules/.bin/tsc -p tsconfig.test.json && node build/test/test/types.js && node_modules/.bin/tsc -p tsconfig.types.json
	cd wasm/js && node --test --test-concurrency=1 build/test/test/errors.test.js build/test/test/hosts.test.js build/test/test/package.test.js

wasm-sizes: wasm ## How large the npm package's modules are, against wasm/js/sizes.txt; ACCEPT=1 keeps the new sizes
	ACCEPT=$(ACCEPT) node wasm/js/scripts/sizes.mjs

wasm-soak: wasm ## A million decisions, 100,000 callers, 10,000 loads in Node: the memory that they hold
	cd wasm/js && node_modules/.bin/tsc -p tsconfig.test.json && node --expose-gc build/test/test/soak.js

bench-wasm: wasm wasm-hosts ## The same questions in Node and Chromium, at the median
	cd wasm/js && node_modules/.bin/tsc -p tsconfig.test.json && node build/test/test/bench.js $(NATIVE_TIMES)

CASES ?= 100000
laws: rust ## What must always hold, in random cases: make laws CASES=100000 (a twentieth of them whole organisations)
	LOCKSTEP_LAW_CASES=$(CASES) cargo test --release -p lockstep-policy --lib --test address_laws -- --nocapture laws url_ an_address any_text most_
	LOCKSTEP_LAW_CASES=$(CASES) cargo test --release -p lockstep-tests --test laws -- --nocapture

schema: rust ## Write the JSON schemas anew
	cargo run -p lockstep-policy --features schema --example schema

SECONDS ?= 600
TARGET ?=
fuzz: rust ## Bytes that nobody thought of: make fuzz SECONDS=600, TARGET=document for one alone
	@tests/fuzz/run $(SECONDS) $(TARGET)

N ?= 10000000
SEED ?= 1
differential: rust ## The core against the oracle in N random decisions: make differential N=10000000
	LOCKSTEP_CASES=$(N) LOCKSTEP_SEED=$(SEED) cargo test --release --workspace --test differential -- --nocapture

differential-changes: rust ## N random changes by kind, and a fiftieth as many views: make differential-changes N=1000000
	LOCKSTEP_CHANGES=$(if $(filter file,$(origin N)),1000000,$(N)) LOCKSTEP_SEED=$(SEED) cargo test --release --workspace --test differential_changes --test differential_views -- --nocapture

mutants: rust ## Which of 400 mutants of the core vectors and oracle notice: make mutants SEED=1, OF=administration, or ALL=1 SHARD=0/8
	@cargo mutants --version >/dev/null 2>&1 || { echo "missing: cargo-mutants; run 'cargo install cargo-mutants --locked', then this again" >&2; exit 1; }
	LOCKSTEP_MUTANTS_OF=$(or $(OF),decisions) LOCKSTEP_SEED=$(SEED) LOCKSTEP_MUTANTS=$(if $(ALL),all,$(or $(SAMPLE),400)) LOCKSTEP_SHARD=$(or $(SHARD),0/1) cargo run --package lockstep-mutants
