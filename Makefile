# Two commands do everything on a fresh Debian 12 machine with the Swift compiler: make run, make test.
PORT ?= 8080
ROOT ?= $(CURDIR)/.demo
BIN := .build/debug
SOURCES := Package.swift Sources Tests

.PHONY: build run test machine bench fuzz sanitize chaos soak deb lint format

build:
	@packaging/install-dependencies build
	swift build

run: build
	@packaging/demo $(BIN) $(ROOT) $(PORT)

test:
	@packaging/install-dependencies build machine chaos printing api sheets
	@Tests/run

machine: build
	@packaging/install-dependencies machine
	@Tests/Machine/run --bin $(BIN)

bench:
	@packaging/install-dependencies build bench
	@Benchmarks/run

lint:
	swift format lint --strict --recursive --parallel $(SOURCES)

format:
	swift format --in-place --recursive --parallel $(SOURCES)

fuzz:
	@packaging/install-dependencies build
	@Tests/Fuzz/run $(FUZZ)

sanitize:
	@packaging/install-dependencies build
	@Tests/Fuzz/sanitize

chaos: build
	@packaging/install-dependencies chaos
	@Tests/Chaos/run --bin $(BIN)

soak deb:
	@echo "make $@: 尚未提供，见 CHANGELOG.md。 Not there yet; see CHANGELOG.md."; exit 2
