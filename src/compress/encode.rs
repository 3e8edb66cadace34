//! Bytes in each encoding; the same bytes give the same bytes on every machine.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};

use crate::encoding::Encoding;

/// RFC 9659, 3: what a browser has to decode keeps to a window of 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Brotli's and zstd's best for files that are compressed once and sent often.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW_LOG: u32 = 22;
const ZSTD_LEVEL: i32 = 19;

/// How much of a file's size its encoding may have, in per cent, to be worth a second file.
const MOST: u64 = 95;

/// Extensions of what is compressed in itself.
const COMPRESSED: [&str; 45] = [
    "3gp", "7z", "aac", "apng", "asf", "avi", "avif", "br", "bz2", "docx", "epub", "flac", "flv", "gif",
    "gz", "heic", "heif", "jar", "jpeg", "jpg", "jxl", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg",
    "mpg", "oga", "ogg", "ogv", "opus", "png", "rar", "swf", "tbz", "tgz", "webm", "webp", "woff", "woff2",
    "xz", "zip", "zst",
];

/// Whether a file is of a type that compressing makes smaller.
pub(super) fn is_compressible(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    !COMPRESSED.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// Whether an encoding is small enough.
pub(super) fn is_worth(size: usize, encoded: usize) -> bool {
    encoded as u64 * 100 <= size as u64 * MOST
}

/// # Errors
///
/// None but those of memory; the encoders write into it.
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
            // Neither a name nor a time in its head.
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
    fn what_is_compressed_in_itself_is_left() {
        for name in ["a.png", "a.WOFF2", "x/a.tar.gz", "a.mp4"] {
            assert!(!is_compressible(name), "{name}");
        }
        for name in ["a.js", "a.svg", "a.js.map", "a.wasm", "a.ttf", "LICENSE", "png"] {
            assert!(is_compressible(name), "{name}");
        }
    }

    #[test]
    fn an_encoding_is_worth_it_from_a_twentieth_on() {
        assert!(is_worth(100, 95));
        assert!(!is_worth(100, 96));
        assert!(is_worth(0, 0));
    }
}
