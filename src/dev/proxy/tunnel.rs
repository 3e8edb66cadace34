//! Copies bytes between two upgraded connections.

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};

/// Copies in both directions until one side closes. The streams contain bytes that were read ahead
/// with the heads.
pub(super) async fn tunnel(
    mut a: impl AsyncRead + AsyncWrite + Unpin,
    mut b: impl AsyncRead + AsyncWrite + Unpin,
) {
    // A broken connection ends the tunnel and is not an error.
    let _ = copy_bidirectional(&mut a, &mut b).await;
}
