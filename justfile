# One-liners that anyone can type without just.

default: check test

# formatting and lints
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# all tests
test:
    cargo test

# accept new snapshots
snap:
    INSTA_UPDATE=always cargo test

# five seconds against the simulator
smoke:
    cargo run --release -- run profiles/smoke.toml

# results/example anew from its record
example:
    OPENIM_BENCH_UPDATE_EXAMPLE=1 cargo test --test it example

# the committed schemas
schema:
    cargo run -- schema profile > profiles/profile.schema.json
    for name in summary capacity comparison whatif rehearsal portrait; do \
        cargo run -- schema $name > results/$name.schema.json || exit 1; \
    done

# documentation
doc:
    cargo doc --no-deps --open
