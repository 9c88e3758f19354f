# syntax=docker/dockerfile:1
# One image for linux/amd64 with all of honeyDue's programs, and nothing else: no shell, no packages.
#
#   docker buildx build --platform linux/amd64 --push --tag IMAGE:TAG \
#     --build-arg VERSION=TAG --build-arg REVISION=$(git rev-parse HEAD) .
#
# It is compiled on the builder's own processor for the cluster's, so an arm64 workstation emulates
# nothing. BUILDER, SYSTEM and BINARIES say where the parts come from; checks/image.sh puts its own in
# their place to build this without a registry.
ARG BUILDER=rust:1.95-bookworm
ARG SYSTEM=debian:bookworm-slim
ARG BINARIES=compiled

FROM --platform=$BUILDPLATFORM ${BUILDER} AS compiled
WORKDIR /src
RUN if [ "$(dpkg --print-architecture)" != amd64 ]; then \
      apt-get -q update && apt-get -q -y install --no-install-recommends gcc-x86-64-linux-gnu libc6-dev-amd64-cross; \
    fi && rustup target add x86_64-unknown-linux-gnu
ENV CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=x86_64-linux-gnu-gcc \
    CC_x86_64_unknown_linux_gnu=x86_64-linux-gnu-gcc \
    SQLX_OFFLINE=true
COPY . .
# What was downloaded and compiled stays in the builder's caches: our code changes, what it depends on
# seldom does. The programs leave by /out, for a cache is no part of a layer. Cargo tells by a file's time
# whether it changed, and a checkout may be older than what another one left in the cache: so ours are new.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,sharing=locked \
    find . -path ./target -prune -o -type f -exec touch {} + && \
    cargo build --release --locked --target x86_64-unknown-linux-gnu \
      --package honeydue-api --package honeydue-worker --package honeydue-scheduler --package honeydue-ops && \
    mkdir /out && cd target/x86_64-unknown-linux-gnu/release && \
    cp honeydue-api honeydue-worker honeydue-scheduler honeydue /out/

FROM ${BINARIES} AS binaries
# The authorities to believe are the same for every processor; the C library is not.
FROM --platform=$BUILDPLATFORM ${BUILDER} AS authorities
FROM --platform=linux/amd64 ${SYSTEM} AS system

FROM scratch
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="honeyDue" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="MIT"
COPY --from=system /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 /lib64/
COPY --from=system /usr/lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libm.so.6 \
     /usr/lib/x86_64-linux-gnu/libgcc_s.so.1 /usr/lib/x86_64-linux-gnu/
COPY --from=system /usr/share/zoneinfo/ /usr/share/zoneinfo/
COPY --from=authorities /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY deploy-k3s/image/etc/ /etc/
COPY --from=binaries /out/ /usr/bin/
USER 1000:1000
WORKDIR /
# Each manifest says which program it runs. Run without a word, it is the operator's.
CMD ["/usr/bin/honeydue", "--help"]
