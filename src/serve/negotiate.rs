//! Negotiation of the content encoding (RFC 9110, 12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use super::index::{File, Variant};
use crate::encoding::Encoding;

/// Returns the encoding that the client prefers, and the smallest one if it accepts several
/// equally.
///
/// If the client accepts no available encoding, it gets the file itself, even if it excludes
/// `identity`: a page without its files is useless.
pub(super) fn choose<'f>(file: &'f File, headers: &HeaderMap) -> Option<&'f Variant> {
    let plain = file.variants.first()?;
    if file.variants.len() == 1 {
        return Some(plain);
    }
    let accepted = Accepted::from_headers(headers);
    let encoded = file.variants.iter().skip(1).filter_map(|variant| {
        let weight = accepted.weight(variant.encoding).filter(|weight| *weight > 0)?;
        Some((weight, std::cmp::Reverse(variant.content.size()), variant))
    });
    let best = encoded.max_by_key(|(weight, size, _)| (*weight, *size));
    match (best, accepted.weight(Encoding::Identity)) {
        (Some((weight, _, _)), Some(identity)) if identity > weight => Some(plain),
        (Some((_, _, variant)), _) => Some(variant),
        (None, _) => Some(plain),
    }
}

/// The weights of `Accept-Encoding` in thousandths. `*` is ignored, because a server need not use
/// the encodings that it includes.
#[derive(Default)]
struct Accepted {
    brotli: Option<u16>,
    gzip: Option<u16>,
    zstd: Option<u16>,
    identity: Option<u16>,
}

impl Accepted {
    fn from_headers(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).for_each(|item| accepted.add(item));
        accepted
    }

    /// Adds an item of the list. If a coding is listed twice, the first weight wins.
    fn add(&mut self, item: &str) {
        let mut parts = item.split(';').map(str::trim);
        let token = parts.next().unwrap_or_default();
        let is = |name: &str| token.eq_ignore_ascii_case(name);
        let place = if is("br") {
            &mut self.brotli
        } else if is("gzip") || is("x-gzip") {
            &mut self.gzip
        } else if is("zstd") {
            &mut self.zstd
        } else if is("identity") {
            &mut self.identity
        } else {
            return;
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        *place = place.or_else(|| weight.map_or(Some(1000), thousandths));
    }

    fn weight(&self, encoding: Encoding) -> Option<u16> {
        match encoding {
            Encoding::Brotli => self.brotli,
            Encoding::Gzip => self.gzip,
            Encoding::Zstd => self.zstd,
            Encoding::Identity => self.identity,
        }
    }
}

/// Parses a weight: `0.5` is 500 (RFC 9110, 12.4.2).
fn thousandths(text: &str) -> Option<u16> {
    let weight: f32 = text.trim().parse().ok()?;
    // The value is between 0 and 1000, so the cast is exact.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    (0.0..=1.0).contains(&weight).then_some((weight * 1000.0).round() as u16)
}
