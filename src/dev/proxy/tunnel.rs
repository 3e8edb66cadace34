//! Bytes between two upgraded connections, both ways, until one side closes.

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};

/// Copies until either side ends; what was read behind either head is in the streams already.
pub(super) async fn tunnel(
    mut a: impl AsyncRead + AsyncWrite + Unpin,
    mut b: impl AsyncRead + AsyncWrite + Unpin,
) {
    // A side that breaks off is the end of the tunnel, not an error of anybody's.
    let _ = copy_bidirectional(&mut a, &mut b).await;
}
