//! Interleaved rounds (A, B, C, A, B, C, ...), so that noise affects all cases equally. Reports
//! medians and spread.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode};

/// The number of rounds for each case.
pub const ROUNDS: usize = 7;

/// A case to measure.
pub struct Case<'a> {
    /// The name in the table.
    pub name: &'a str,
    /// Performs one call.
    pub call: Box<dyn FnMut() + 'a>,
}

/// The time of one call in nanoseconds, over all rounds.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The name in the table.
    pub name: String,
    /// The median of the medians of the rounds.
    pub median: f64,
    /// The fastest round.
    pub least: f64,
    /// The slowest round.
    pub most: f64,
}

/// Measures every case in each round.
pub fn measure(criterion: &mut Criterion, group: &str, cases: &mut [Case<'_>]) -> Vec<Figure> {
    for round in 0..ROUNDS {
        let mut group = criterion.benchmark_group(group);
        group.sampling_mode(SamplingMode::Flat).sample_size(20);
        group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(400));
        for case in cases.iter_mut() {
            group
                .bench_function(BenchmarkId::new(case.name, round), |bencher| bencher.iter(|| (case.call)()));
        }
        group.finish();
    }
    cases.iter().filter_map(|case| figure(group, case.name)).collect()
}

/// Prints one table. Ratios are relative to the first case.
pub fn print(title: &str, figures: &[Figure]) {
    let Some(first) = figures.first() else { return };
    println!(
        "\n### {title}\n\n| | median | fastest - slowest of {ROUNDS} rounds | ratio |\n|---|---|---|---|"
    );
    for Figure { name, median, least, most } in figures {
        let ratio = median / first.median;
        println!("| {name} | {} | {} - {} | {ratio:.2} |", time(*median), time(*least), time(*most));
    }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.2} µs", n / 1e3),
        n => format!("{:.2} ms", n / 1e6),
    }
}

/// Reads the results of the rounds that criterion wrote.
fn figure(group: &str, name: &str) -> Option<Figure> {
    let mut medians: Vec<f64> = (0..ROUNDS).filter_map(|round| median(group, name, round)).collect();
    medians.sort_by(f64::total_cmp);
    let (least, most) = (*medians.first()?, *medians.last()?);
    Some(Figure { name: name.to_owned(), median: medians[medians.len() / 2], least, most })
}

fn median(group: &str, name: &str, round: usize) -> Option<f64> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("../target"), PathBuf::from);
    let place = target.join("criterion").join(group).join(name.replace(['/', '*'], "_"));
    let text = fs::read_to_string(place.join(round.to_string()).join("new/estimates.json")).ok()?;
    serde_json::from_str::<serde_json::Value>(&text).ok()?["median"]["point_estimate"].as_f64()
}
