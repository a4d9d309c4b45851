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

# the committed schemas of profiles and of summary.json
schema:
    cargo run -- profile schema > profiles/profile.schema.json
    cargo run -- report --schema > results/summary.schema.json

# documentation
doc:
    cargo doc --no-deps --open
