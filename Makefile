SHELL := bash
.DEFAULT_GOAL := help

GO_BUILD := CGO_ENABLED=0 go build -trimpath

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: bin/example ## Run the example: a Go server and a Next.js client
	@scripts/run.sh

.PHONY: build
build: bin/example bin/conformance ## Build the example server and the conformance candidate

# Go knows better than make what is up to date, so these run every time.
.PHONY: bin/example bin/conformance
bin/example:
	cd example && $(GO_BUILD) -o ../bin/example ./server
bin/conformance:
	$(GO_BUILD) -o bin/conformance ./conformance/candidate

.PHONY: deps
deps: ## Install what the tests need (Debian), or say what is missing
	@scripts/deps.sh

.PHONY: services
services: ## Start throw-away PostgreSQL, PgBouncer, MariaDB and Redis until Ctrl-C
	@scripts/services.sh up

.PHONY: test
test: ## Run every test, with databases and a browser
	@scripts/test.sh

.PHONY: conformance
conformance: ## Compare with Auth.js (CONFORMANCE_ARGS="--only 'passkey/*'")
	@scripts/test.sh build conformance

.PHONY: e2e
e2e: ## Run the browser tests
	@scripts/test.sh build e2e

.PHONY: fuzz
fuzz: ## Run each fuzz target (FUZZ_SECONDS=10)
	@scripts/fuzz.sh $(or $(FUZZ_SECONDS),10)

.PHONY: mutants
mutants: ## Break each promise and see a test fail (MUTANTS_ARGS="-only '^csrf '")
	@scripts/mutants.sh $(MUTANTS_ARGS)

.PHONY: bench
bench: ## Measure
	@scripts/bench.sh

.PHONY: torture
torture: ## Run the long tests under load
	@scripts/torture.sh

.PHONY: lint
lint: ## Run the linters
	@scripts/lint.sh

.PHONY: fmt
fmt: ## Format the Go code
	@find . \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -print0 | xargs -0r gofmt -w

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin example/web/.next
