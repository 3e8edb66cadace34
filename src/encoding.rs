//! The content codings of compressed variants.

/// A content coding (RFC 9110, 8.4.1). The uncompressed file is `identity`.
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

    /// Returns the extension of the compressed variant: `br` for `x.js.br`.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Brotli => "br",
            Self::Gzip => "gz",
            Self::Zstd => "zst",
        }
    }

    /// Splits the name of a compressed variant into the name of its file and the coding.
    pub(crate) fn split(name: &str) -> Option<(&str, Self)> {
        let (name, extension) = name.rsplit_once('.')?;
        let encoding = Self::ENCODED.into_iter().find(|encoding| encoding.extension() == extension)?;
        Some((name, encoding))
    }
}
