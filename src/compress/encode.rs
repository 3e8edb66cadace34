//! Compresses bytes. The same input gives the same output on each machine.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};

use crate::encoding::Encoding;

/// The largest window that a browser must support for zstd: 8 MiB (RFC 9659, section 3).
const ZSTD_WINDOW_LOG: u32 = 23;

/// The highest quality of Brotli. It is slow, but a file is compressed once and sent often.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW_LOG: u32 = 22;
/// The highest level of zstd that does not need more memory for decompression ("ultra" levels).
const ZSTD_LEVEL: i32 = 19;

/// The maximum size of an encoding, in percent of its file.
const MAX_PERCENT: u64 = 95;

/// Extensions of file types that are compressed already.
const COMPRESSED: [&str; 45] = [
    "3gp", "7z", "aac", "apng", "asf", "avi", "avif", "br", "bz2", "docx", "epub", "flac", "flv", "gif",
    "gz", "heic", "heif", "jar", "jpeg", "jpg", "jxl", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg",
    "mpg", "oga", "ogg", "ogv", "opus", "png", "rar", "swf", "tbz", "tgz", "webm", "webp", "woff", "woff2",
    "xz", "zip", "zst",
];

/// Returns whether compression may make a file of this type smaller.
pub(super) fn is_compressible(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    !COMPRESSED.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// Returns whether an encoding is small enough to be kept.
pub(super) fn is_worth(size: usize, encoded: usize) -> bool {
    encoded as u64 * 100 <= size as u64 * MAX_PERCENT
}

/// Compresses bytes with the given encoding.
///
/// # Errors
///
/// Returns an error if the zstd library rejects a parameter or runs out of memory. Writing cannot
/// fail, because the encoders write to memory.
pub(super) fn encode(bytes: &[u8], encoding: Encoding) -> io::Result<Vec<u8>> {
    match encoding {
        Encoding::Identity => Ok(bytes.to_vec()),
        Encoding::Brotli => {
            let mut writer =
                brotli::CompressorWriter::new(Vec::new(), 64 * 1024, BROTLI_QUALITY, BROTLI_WINDOW_LOG);
            writer.write_all(bytes)?;
            Ok(writer.into_inner())
        }
        Encoding::Gzip => {
            // The header contains no file name and no time, so that the output is deterministic.
            let mut writer = GzBuilder::new().write(Vec::new(), Compression::best());
            writer.write_all(bytes)?;
            writer.finish()
        }
        Encoding::Zstd => {
            let mut writer = zstd::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
            writer.window_log(ZSTD_WINDOW_LOG)?;
            writer.set_pledged_src_size(Some(bytes.len() as u64))?;
            writer.write_all(bytes)?;
            writer.finish()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_compressible, is_worth};

    #[test]
    fn files_of_compressed_types_are_skipped() {
        for name in ["a.png", "a.WOFF2", "x/a.tar.gz", "a.mp4"] {
            assert!(!is_compressible(name), "{name}");
        }
        for name in ["a.js", "a.svg", "a.js.map", "a.wasm", "a.ttf", "LICENSE", "png"] {
            assert!(is_compressible(name), "{name}");
        }
    }

    #[test]
    fn an_encoding_must_save_five_percent() {
        assert!(is_worth(100, 95));
        assert!(!is_worth(100, 96));
        assert!(is_worth(0, 0));
    }
}
