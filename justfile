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

# the committed schema of profiles
schema:
    cargo run -- profile schema > profiles/profile.schema.json

# documentation
doc:
    cargo doc --no-deps --open
