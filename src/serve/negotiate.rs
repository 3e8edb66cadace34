//! Which encoding a client gets (RFC 9110, 12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use super::index::{File, Variant};
use crate::encoding::Encoding;

/// What the client prefers among what there is; the smallest of several that it likes the same; the file as it is where it
/// names nothing that there is, even if it excludes that, since a page without its files helps nobody.
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
        (Some((weight, _, _)), Some(plains)) if plains > weight => Some(plain),
        (Some((_, _, variant)), _) => Some(variant),
        (None, _) => Some(plain),
    }
}

/// The weights in thousandths that a client gives; `*` names none that a file must be sent in.
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

    /// One item of the list; of a coding that is named twice the first counts.
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

/// `0.5` is 500 (RFC 9110, 12.4.2).
fn thousandths(text: &str) -> Option<u16> {
    let weight: f32 = text.trim().parse().ok()?;
    // Between 0 and 1000, so nothing is cut off.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    (0.0..=1.0).contains(&weight).then_some((weight * 1000.0).round() as u16)
}
