# What people run. Everything that is fetched or built stays inside this folder.

.PHONY: train test build docs lint check fetch

# Fetches what is missing, builds, trains the default recipe and says where the results lie.
# For example: make train SPARSITY=dense STEPS=1000000
train:
	@Scripts/train.sh

# All examples and tests, in release and with the flags of the build, so that neither undoes the other's work.
# Without MuJoCo the tests that need it are reported as skipped. TensorBoard then reads what a run wrote
# for it; without a network this is left out, but not in continuous integration.
test: fetch
	@Scripts/check-examples.sh
	swift test -c release --disable-xctest --disable-testable-imports
	@Scripts/check-tensorboard.sh || { test $$? -eq 69 && test -z "$$CI"; }

# The library and the tool, in release.
build:
	swift build -c release

# The manual of each module; a warning is an error.
docs:
	@Scripts/docs.sh

# The written style, as far as a program can judge it.
lint:
	swift format lint --strict --recursive Sources Tests Package.swift

# Everything that has to hold before a change is merged.
check:
	@Scripts/check.sh

# MuJoCo and the models of its tasks; without a network the rest works all the same.
fetch:
	@Scripts/fetch-mujoco.sh || test $$? -eq 69
