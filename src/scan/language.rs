//! The scanner's view of a template: calls, scopes and the values that are passed between them.

use std::fmt;

use std::collections::BTreeMap;
use std::ops::Range;

/// The delimiters of a template, with their names in `askama.toml`. `None` is Askama's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) block_start: Option<String>,
    pub(super) block_end: Option<String>,
    pub(super) expr_start: Option<String>,
    pub(super) expr_end: Option<String>,
    pub(super) comment_start: Option<String>,
    pub(super) comment_end: Option<String>,
}

/// The error for a text that is not a valid template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// The byte offset in the text.
    pub(super) at: usize,
    /// The message of the parser.
    pub(super) message: String,
}

/// The calls of a template, and the bindings that show which receivers are pages.
#[derive(Debug, Default)]
pub(super) struct Template {
    /// The template itself, then its macros. Local names of one scope are not visible in another.
    pub(super) scopes: Vec<Scope>,
    /// The path of each alias: `{% import "macros.html" as m %}`.
    pub(super) imports: BTreeMap<String, String>,
    /// The byte ranges of the text between tags, in order.
    pub(super) texts: Vec<Range<usize>>,
}

/// A template without its macros, or one macro.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The name of the macro, or `None` for the template itself.
    pub(super) macro_name: Option<String>,
    /// The parameters of a macro, each with the names that its default value is known under.
    pub(super) parameters: Vec<(String, Vec<String>)>,
    pub(super) uses: Vec<Use>,
    pub(super) arguments: Vec<Argument>,
    pub(super) includes: Vec<Include>,
}

/// A call of a page's method, or a filter.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// The names under which the receiver is known, or `None` for a filter.
    pub(super) receiver: Option<Vec<String>>,
    pub(super) method: PageMethod,
    /// Each name with the byte offset of its literal.
    pub(super) names: Vec<(String, usize)>,
    /// Whether the argument, or a part of it, is not a literal.
    pub(super) is_dynamic: bool,
    /// The byte offset of the method or filter name.
    pub(super) at: usize,
}

/// A value passed to a macro: `{% call m::head(vite) %}`.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) alias: Option<String>,
    pub(super) macro_name: String,
    pub(super) parameter: Parameter,
    pub(super) value: Vec<String>,
}

#[derive(Debug)]
pub(super) enum Parameter {
    At(usize),
    Named(String),
}

/// An included template. It sees the names of the including template, with their values.
#[derive(Debug, Clone)]
pub(super) struct Include {
    pub(super) path: String,
    pub(super) names: BTreeMap<String, Vec<String>>,
}

/// A method of [`Page`](crate::Page) whose argument names entries or assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is the method of the same name")]
#[non_exhaustive]
pub enum PageMethod {
    Tags,
    Styles,
    Scripts,
    Preloads,
    Urls,
    Group,
    Asset,
    Inline,
    Preload,
}

impl PageMethod {
    const ALL: [Self; 9] = [
        Self::Tags,
        Self::Styles,
        Self::Scripts,
        Self::Preloads,
        Self::Urls,
        Self::Group,
        Self::Asset,
        Self::Inline,
        Self::Preload,
    ];

    /// Returns the name of the method, such as `tags`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Styles => "styles",
            Self::Scripts => "scripts",
            Self::Preloads => "preloads",
            Self::Urls => "urls",
            Self::Group => "group",
            Self::Asset => "asset",
            Self::Inline => "inline",
            Self::Preload => "preload",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.as_str() == name)
    }

    /// Returns the method of a filter: `Tags` for `vite_tags`.
    pub(super) fn from_filter(name: &str) -> Option<Self> {
        Self::from_name(name.strip_prefix("vite_")?)
    }

    /// Returns whether the argument names entries. The other methods accept any file.
    pub(super) fn is_of_entries(self) -> bool {
        matches!(self, Self::Tags | Self::Styles | Self::Scripts | Self::Preloads | Self::Urls | Self::Group)
    }
}

impl fmt::Display for PageMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The methods of a page that return a page.
pub(super) const RETURNS_PAGE: [&str; 3] = ["once", "clone", "with_nonce"];
