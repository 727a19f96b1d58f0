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

.PHONY: help demo test lint lint-code bench differential rust deny

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

lint: lint-code deny ## Formatting, clippy, documentation, licences

lint-code: rust
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

deny: rust
	@cargo deny --version >/dev/null 2>&1 || { echo "missing: cargo-deny; run 'cargo install cargo-deny --locked', then this again" >&2; exit 1; }
	cargo deny check licenses bans sources

bench: rust ## How long a decision, a list and a load take
	cargo bench --workspace --bench core

N ?= 10000000
SEED ?= 1
differential: rust ## The core against the oracle in N random decisions: make differential N=10000000
	LOCKSTEP_CASES=$(N) LOCKSTEP_SEED=$(SEED) cargo test --release --workspace --test differential -- --nocapture
