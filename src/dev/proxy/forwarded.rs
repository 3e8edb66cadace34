//! The addresses that a request was forwarded for.

use std::net::{IpAddr, SocketAddr};

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns each address in `Forwarded` (RFC 7239, 4) and `X-Forwarded-For`, or the text that is not
/// an address, such as `unknown`.
pub(super) fn addresses(headers: &HeaderMap) -> impl Iterator<Item = Result<IpAddr, &str>> {
    let items = |name| {
        let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?"));
        values.flat_map(|value| value.split(',')).map(str::trim)
    };
    let standard = items(FORWARDED).flat_map(|element| element.split(';')).filter_map(for_parameter);
    // A list may have empty elements (RFC 9110, 5.6.1), but a parameter must have a value.
    standard.chain(items(X_FORWARDED_FOR).filter(|text| !text.is_empty())).map(address)
}

/// Returns the value of the parameter `for`, without quotes.
fn for_parameter(pair: &str) -> Option<&str> {
    let (name, value) = pair.trim().split_once('=')?;
    name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
}

/// Parses an address with or without a port. IPv6 addresses may be in brackets (RFC 7239, 6).
fn address(text: &str) -> Result<IpAddr, &str> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let socket = || text.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse().or_else(|_| socket()).map_err(|_| text)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::addresses;

    #[test]
    fn every_address_of_both_headers_is_read() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("forwarded", "for=192.0.2.43, For=\"[2001:db8::17]:4711\";proto=http;by=203.0.113.43"),
            ("forwarded", "for=unknown, for=\"\""),
            ("x-forwarded-for", "127.0.0.1,, 10.0.0.1:80"),
            ("x-forwarded-for", "[::1], _hidden"),
        ] {
            headers.append(name, value.parse().expect("a value"));
        }
        let found: Vec<String> = addresses(&headers)
            .map(|address| address.map_or_else(|text| format!("?{text}"), |address| address.to_string()))
            .collect();
        assert_eq!(
            found,
            ["192.0.2.43", "2001:db8::17", "?unknown", "?", "127.0.0.1", "10.0.0.1", "::1", "?_hidden"]
        );
    }
}
