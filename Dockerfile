# openim-bench as a small image: build, then copy one binary. No secret enters any layer; give
# it at run time (`-e OPENIM_SECRET` passes on the variable of your shell).
#
#   docker build -t openim-bench .
#   docker run --rm openim-bench run quickstart
#
# Measuring a deployment from a container: see deploy/compose.openim-bench.yaml.

FROM rust:1.95-slim-trixie AS build
# The image brings the C compiler that zstd and ring are built with.
WORKDIR /src
COPY Cargo.toml Cargo.lock askama.toml ./
COPY scripts/build.rs ./scripts/build.rs
COPY src ./src
# Shipped profiles are built into the program. The tests are not built here; Cargo.toml names
# their entry, which has to exist.
COPY profiles ./profiles
COPY tests/it/main.rs ./tests/it/main.rs
RUN cargo build --release --locked --bin openim-bench

FROM debian:trixie-slim AS run
# Certificates for targets behind https.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /bench bench
COPY --from=build /src/target/release/openim-bench /usr/local/bin/openim-bench
COPY profiles /usr/local/share/openim-bench/profiles
# results/ is written here: mount a folder that user 10001 may write to.
WORKDIR /bench
USER 10001:10001
# The webhook listener of profiles/real-openim.toml.
EXPOSE 10006
ENTRYPOINT ["openim-bench"]
CMD ["run", "quickstart"]
