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

.PHONY: help demo test lint lint-code deny bench bench-peers counts laws schema fuzz mutants differential differential-changes rust wasm wasm-test wasm-worker playground playground-test wasm-tools wasm-hosts wasm-sizes wasm-soak bench-wasm component component-wit component-reproducible bench-component

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

rust:
	@command -v cargo >/dev/null || { echo "missing: cargo; install Rust by rustup, then run this again" >&2; exit 1; }
	@cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1 || rustup component add clippy rustfmt

demo: rust ## Load Northwind's policy and ask it who may use what, and why
	cargo build --bin lockstep
	@host-demo/examples/demo.sh "$${CARGO_TARGET_DIR:-target}/debug/lockstep" $(NORTHWIND)

test: rust component ## Everything: lints, unit tests, laws, vectors, the oracle, the command line
	$(MAKE) --no-print-directory lint-code
	cargo test --workspace -- --show-output
	$(MAKE) --no-print-directory wasm-worker playground-test

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

# Installs what the lock file says, unless just that is there.
NPM_CI = { cmp -s package-lock.json node_modules/.lock-of-these 2>/dev/null || { npm ci --silent --no-audit --no-fund && cp package-lock.json node_modules/.lock-of-these; }; }

wasm-tools: rust
	@command -v npm >/dev/null || { echo "missing: npm; install Node 20 or later, then run this again" >&2; exit 1; }
	@rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
	@cd wasm/js && $(NPM_CI)

wasm: wasm-tools ## Build the npm package @lockstep/policy into wasm/js/dist
	node wasm/js/scripts/build.mjs

wasm-hosts: wasm-tools
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || { echo "missing: chromium; install Debian's package of that name, then run this again" >&2; exit 1; }

wasm-test: wasm-hosts ## The npm package: every vector in Node, Chromium and workerd; types, errors, README, what is published
	@# As `make test` builds it, so that nothing is built twice.
	cargo test --workspace --test rule_book --no-run --quiet
	node wasm/js/scripts/build.mjs --trap
	"$(TARGET_DIR)/debug/native-answers" wasm/js/build/native.jsonl
	cd wasm/js && node_modules/.bin/tsc -p tsconfig.test.json && node build/test/test/types.js && node_modules/.bin/tsc -p tsconfig.types.json
	cd wasm/js && node --test --test-concurrency=1 build/test/test/errors.test.js build/test/test/hosts.test.js build/test/test/package.test.js

wasm-worker: wasm-test ## The edge worker of the example in workerd, in front of a small origin
	cd wasm/js && node_modules/.bin/tsc -p examples/worker && node_modules/.bin/tsc -p examples/worker/test && node --test build/worker/test/worker.test.js

playground: wasm ## Build the playground page into wasm/js/examples/playground/dist
	cd wasm/js/examples/playground && $(NPM_CI) && npm run --silent build

playground-test: wasm-test ## The playground in Chromium: by mouse, by keyboard alone, by axe
	cd wasm/js/examples/playground && $(NPM_CI) && npm --silent test

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

# No path of the machine reaches the bytes of wasm: not this folder's, not cargo's, not the standard library's sources.
WASM := wasm32-unknown-unknown
COMPONENT = $(TARGET_DIR)/component
REMAP = --remap-path-prefix=$(CURDIR)=lockstep --remap-path-prefix=$${CARGO_HOME:-$$HOME/.cargo}=cargo \
	--remap-path-prefix=$$(rustc --print sysroot)/lib/rustlib/src/rust=/rustc/$$(rustc -vV | sed -n 's/^commit-hash: //p')
CORE_MODULE = CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$(REMAP)" cargo build -p lockstep-component --target $(WASM) --profile wasm
# Binaryen's wasm-opt, where there is one: make component WASM_OPT=node_modules/.bin/wasm-opt
WASM_OPT ?=

.PHONY: component-core
component-core: rust
	@rustup target list --installed | grep -q '^$(WASM)$$' || rustup target add $(WASM)
	mkdir -p "$(COMPONENT)"
	$(CORE_MODULE)
	$(if $(WASM_OPT),$(WASM_OPT) -O3,cp) "$(TARGET_DIR)/$(WASM)/wasm/lockstep_component.wasm" $(if $(WASM_OPT),-o) "$(COMPONENT)/core.wasm"

component: component-core ## The component, lockstep.wasm, and the one that tests trap
	cargo build -p lockstep-encode
	"$(TARGET_DIR)/debug/lockstep-encode" "$(COMPONENT)/core.wasm" "$(COMPONENT)/lockstep.wasm"
	$(CORE_MODULE) --features trap-for-tests
	"$(TARGET_DIR)/debug/lockstep-encode" "$(TARGET_DIR)/$(WASM)/wasm/lockstep_component.wasm" "$(COMPONENT)/trapping.wasm"

component-wit: component ## What the component exports, as tools print it; it imports nothing
	@"$(TARGET_DIR)/debug/lockstep-encode" --wit "$(COMPONENT)/lockstep.wasm"

component-reproducible: rust ## Two builds of the component in folders of different length: the same bytes
	cargo build -p lockstep-encode
	@wasm/component/reproducible "$(TARGET_DIR)/debug/lockstep-encode"

bench-component: component ## The component in wasmtime beside native, by one run
	cargo run --release -p lockstep-component-tests --example bench -- "$(COMPONENT)/lockstep.wasm"
