//! What the scanner needs of a template language; Askama is the one that is here.

use std::collections::BTreeMap;
use std::ops::Range;

/// The delimiters of a template, by their names in `askama.toml`; Askama's own where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) block_start: Option<String>,
    pub(super) block_end: Option<String>,
    pub(super) expr_start: Option<String>,
    pub(super) expr_end: Option<String>,
    pub(super) comment_start: Option<String>,
    pub(super) comment_end: Option<String>,
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// In bytes from the text's start.
    pub(super) at: usize,
    /// The language's own words.
    pub(super) message: String,
}

/// A template as far as it matters here: its calls, and on the way of which names values reach their receivers.
#[derive(Debug, Default)]
pub(super) struct Template {
    /// The template itself first, then each macro: names do not reach from one into another.
    pub(super) scopes: Vec<Scope>,
    /// Path by alias: `{% import "macros.html" as m %}`.
    pub(super) imports: BTreeMap<String, String>,
    /// Where the texts between tags are, in their order.
    pub(super) texts: Vec<Range<usize>>,
}

#[derive(Debug, Default)]
pub(super) struct Scope {
    /// None of the template itself.
    pub(super) macro_name: Option<String>,
    /// A macro's parameters, each with what its default stands for.
    pub(super) parameters: Vec<(String, Vec<String>)>,
    pub(super) uses: Vec<Use>,
    pub(super) handed: Vec<Handed>,
    pub(super) includes: Vec<Include>,
}

/// A call of a method of the page's, or a filter.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// The names under which the receiver is known; none of a filter, which needs none.
    pub(super) receiver: Option<Vec<String>>,
    pub(super) method: Method,
    /// Each name with where its literal is.
    pub(super) names: Vec<(String, usize)>,
    /// Whether the argument, or a part of it, is no literal.
    pub(super) is_dynamic: bool,
    /// Where the method's or the filter's name is.
    pub(super) at: usize,
}

/// A value handed to a macro: `{% call m::head(vite) %}`.
#[derive(Debug)]
pub(super) struct Handed {
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

/// A template that sees the names of this one, with what each stands for.
#[derive(Debug, Clone)]
pub(super) struct Include {
    pub(super) path: String,
    pub(super) names: BTreeMap<String, Vec<String>>,
}

/// A method of [`Page`](crate::Page) that names entries or assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "they are the methods")]
#[non_exhaustive]
pub enum Method {
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

impl Method {
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

    /// The method's name.
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

    /// `vite_tags` and the like.
    pub(super) fn from_filter(name: &str) -> Option<Self> {
        Self::from_name(name.strip_prefix("vite_")?)
    }

    /// Whether it takes entries; else it takes an asset, or whatever has that name.
    pub(super) fn is_of_entries(self) -> bool {
        matches!(self, Self::Tags | Self::Styles | Self::Scripts | Self::Preloads | Self::Urls | Self::Group)
    }
}

/// What gives a page from a page.
pub(super) const PAGE_OF_PAGE: [&str; 3] = ["once", "clone", "with_nonce"];
