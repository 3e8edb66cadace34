//! Range requests (RFC 9110, 14).

use std::ops::Range;

/// The part of a file that a Range header asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// No range, several ranges, or an invalid header: the complete file.
    Full,
    Part(Range<u64>),
    /// The range begins after the end of the file.
    Unsatisfiable,
}

/// Reads a Range header. Several ranges get the complete file, which RFC 9110, 14.2 allows and
/// which prevents attacks with many ranges.
pub(super) fn read(header: &str, size: u64) -> Wanted {
    parse(header, size).unwrap_or(Wanted::Full)
}

fn parse(header: &str, size: u64) -> Option<Wanted> {
    let (unit, ranges) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || ranges.contains(',') {
        return None;
    }
    let (first, last) = ranges.trim().split_once('-')?;
    if first.is_empty() {
        let length = number(last)?;
        let is_empty = length == 0 || size == 0;
        return Some(if is_empty {
            Wanted::Unsatisfiable
        } else {
            Wanted::Part(size.saturating_sub(length)..size)
        });
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some(if first >= size {
        Wanted::Unsatisfiable
    } else {
        Wanted::Part(first..last.saturating_add(1).min(size))
    })
}

/// Parses digits. A number that overflows becomes the largest one.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Wanted, read};

    #[test]
    fn one_range_is_a_part_and_an_invalid_header_means_the_full_file() {
        for (header, wanted) in [
            ("bytes=0-3", Wanted::Part(0..4)),
            ("Bytes = 2-", Wanted::Part(2..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-100", Wanted::Part(0..10)),
            ("bytes=9-99999999999999999999999", Wanted::Part(9..10)),
            ("bytes=-0", Wanted::Unsatisfiable),
            ("bytes=10-", Wanted::Unsatisfiable),
            ("bytes=99999999999999999999999-", Wanted::Unsatisfiable),
            ("bytes=0-1,4-5", Wanted::Full),
            ("bytes=3-2", Wanted::Full),
            ("bytes=+1-2", Wanted::Full),
            ("bytes=", Wanted::Full),
            ("bytes=-", Wanted::Full),
            ("items=0-3", Wanted::Full),
            ("0-3", Wanted::Full),
        ] {
            assert_eq!(read(header, 10), wanted, "{header}");
        }
        assert_eq!(read("bytes=0-", 0), Wanted::Unsatisfiable);
        assert_eq!(read("bytes=-5", 0), Wanted::Unsatisfiable);
    }
}
