//! Encoding: what a file may lie in beside itself.

/// A content coding (RFC 9110, 8.4.1); the file as it is is `identity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Identity,
    Brotli,
    Gzip,
    Zstd,
}

impl Encoding {
    pub(crate) const ENCODED: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Zstd];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// That of the file beside the file: `x.js.br`.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Brotli => "br",
            Self::Gzip => "gz",
            Self::Zstd => "zst",
        }
    }

    /// The file of which a name would be an encoding, by its extension alone.
    pub(crate) fn split(name: &str) -> Option<(&str, Self)> {
        let (name, extension) = name.rsplit_once('.')?;
        let encoding = Self::ENCODED.into_iter().find(|encoding| encoding.extension() == extension)?;
        Some((name, encoding))
    }
}
