//! Which encoding a client gets (RFC 9110, 12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use crate::index::{Encoding, File, Variant};

/// What the client prefers among what there is; the smallest of several that it likes the same; the file as it is where it
/// names nothing that there is, even if it excludes that, since a page without its files helps nobody.
pub(super) fn choose<'f>(file: &'f File, headers: &HeaderMap) -> Option<&'f Variant> {
    let plain = file.variants.first()?;
    if file.variants.len() == 1 {
        return Some(plain);
    }
    let accepted = accepted(headers);
    let weight =
        |encoding: Encoding| accepted.iter().find(|(known, _)| *known == encoding).map(|(_, weight)| *weight);
    let encoded = file.variants.iter().skip(1).filter_map(|variant| {
        let weight = weight(variant.encoding).filter(|weight| *weight > 0)?;
        Some((weight, std::cmp::Reverse(variant.content.size()), variant))
    });
    let best = encoded.max_by_key(|(weight, size, _)| (*weight, *size));
    match (best, weight(Encoding::Identity)) {
        (Some((weight, _, _)), Some(plains)) if plains > weight => Some(plain),
        (Some((_, _, variant)), _) => Some(variant),
        (None, _) => Some(plain),
    }
}

/// Encodings by weight in thousandths. `*` names none that a file must be sent in.
fn accepted(headers: &HeaderMap) -> Vec<(Encoding, u16)> {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(item).collect()
}

fn item(text: &str) -> Option<(Encoding, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let token = parts.next()?;
    let encoding = match token.to_ascii_lowercase().as_str() {
        "br" => Encoding::Brotli,
        "gzip" | "x-gzip" => Encoding::Gzip,
        "zstd" => Encoding::Zstd,
        "identity" => Encoding::Identity,
        _ => return None,
    };
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((encoding, weight.map_or(Some(1000), thousandths)?))
}

/// `0.5` is 500 (RFC 9110, 12.4.2).
fn thousandths(text: &str) -> Option<u16> {
    let weight: f32 = text.trim().parse().ok()?;
    // Between 0 and 1000, so nothing is cut off.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    (0.0..=1.0).contains(&weight).then_some((weight * 1000.0).round() as u16)
}
