//! The parts of the benchmarks: synthetic manifests, the libraries to compare, interleaved rounds.

pub mod contender;
pub mod manifests;
pub mod rounds;
