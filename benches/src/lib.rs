//! What the benchmarks measure with: synthetic manifests, the peers behind one call, rounds in turns.

pub mod contender;
pub mod manifests;
pub mod rounds;
