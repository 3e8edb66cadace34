FROM rust:1-slim-bookworm
WORKDIR /project
COPY . .
RUN cargo build --example containers
