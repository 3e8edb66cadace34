//! The guide, page by page.

#[doc = include_str!("../docs/troubleshooting.md")]
pub mod troubleshooting {
    /// The text of this page in Markdown, for tools such as `vite-bridge explain`.
    pub const TEXT: &str = include_str!("../docs/troubleshooting.md");
}
