//! The additions to a Content Security Policy that Vite's client needs in development.

use std::borrow::Cow;
use std::fmt;

/// The sources that a Content Security Policy must allow for the pages of an application.
///
/// In production the list is empty. In development it contains the sources for Vite's client:
///
/// | directive | source | needed for |
/// |---|---|---|
/// | `script-src` `img-src` `font-src` | `'self'` | modules and assets, on the application's port |
/// | `style-src` | `'self'`, and the policy's nonce or `'unsafe-inline'` | stylesheets, and styles that the client inserts |
/// | `connect-src` | `'self'` | the HMR socket (CSP Level 3, 6.7.2.8: `'self'` includes `ws:` on the same host and port) |
/// | `worker-src` | `'self' blob:` | the worker in which the client of Vite 7.1 pings the dev server |
///
/// With React, `script-src` also gets the hash of the refresh preamble. If Vite is not mounted, the
/// address of the dev server replaces `'self'`, and `connect-src` also gets its `ws:` or `wss:`
/// address.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), vite_bridge::Error> {
/// # use vite_bridge::{Mode, Vite};
/// let vite = Vite::builder("dist").mode(Mode::Development).dev_server("http://localhost:5173/").open()?;
/// let policy = vite.csp().extend("default-src 'self'; script-src 'nonce-r4nd0m' 'strict-dynamic'");
/// assert!(policy.contains("connect-src 'self' http://localhost:5173 ws://localhost:5173"));
/// assert_eq!(Vite::disabled().csp().extend("default-src 'self'"), "default-src 'self'");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Csp(Vec<(&'static str, Vec<String>)>);

/// The directives that replace a missing one (CSP Level 3, 6.8.3). The empty name stands for all
/// others.
const FALLBACKS: [(&str, &[&str]); 3] = [
    ("worker-src", &["child-src", "script-src", "default-src"]),
    ("script-src", &["default-src"]),
    ("", &["default-src"]),
];

const NONE: &str = "'none'";
const INLINE: &str = "'unsafe-inline'";

impl Csp {
    /// The additions for modules from `origin`, a pair of HTTP and socket address, or from the
    /// origin of the page (`None`). `preamble` is the hash of an inline script.
    pub(crate) fn development(origin: Option<(&str, &str)>, preamble: Option<String>) -> Self {
        let (own, socket) = match origin {
            None => ("'self'".to_owned(), None),
            Some((origin, socket)) => (origin.to_owned(), Some(socket.to_owned())),
        };
        let with = |more: Option<String>| [own.clone()].into_iter().chain(more).collect();
        Self(vec![
            ("script-src", with(preamble)),
            ("style-src", with(None)),
            ("img-src", with(None)),
            ("font-src", with(None)),
            ("connect-src", with(socket)),
            ("worker-src", with(Some("blob:".to_owned()))),
        ])
    }

    /// Returns the policy with the missing sources added. In production the policy is unchanged.
    ///
    /// A directive that is missing from the policy starts with the sources of its fallback
    /// (`default-src`, for example). Without a fallback it stays unrestricted.
    ///
    /// Vite's client sets the nonce of the page on the styles that it inserts, so the nonce of
    /// `script-src` is added to `style-src`. Without a nonce, `style-src` gets `'unsafe-inline'`.
    /// The policy may contain the placeholder `{nonce}`.
    #[must_use]
    pub fn extend<'p>(&self, policy: &'p str) -> Cow<'p, str> {
        if self.0.is_empty() {
            return policy.into();
        }
        let mut directives: Vec<Directive<'_>> = policy.split(';').filter_map(Directive::read).collect();
        let nonce =
            directives.iter().flat_map(|directive| &directive.sources).find(|s| s.starts_with("'nonce-"));
        let inline: Cow<'_, str> = nonce.cloned().unwrap_or(INLINE.into());
        for (name, sources) in &self.0 {
            let inline = (*name == "style-src").then_some(&*inline);
            allow(&mut directives, name, sources.iter().map(String::as_str).chain(inline));
        }
        directives.iter().map(Directive::to_string).collect::<Vec<_>>().join("; ").into()
    }
}

impl fmt::Display for Csp {
    /// Prints the additions as directives. Prints nothing in production.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, sources)) in self.0.iter().enumerate() {
            write!(f, "{}{name} {}", if at == 0 { "" } else { "; " }, sources.join(" "))?;
        }
        Ok(())
    }
}

/// One directive of a policy.
#[derive(Debug, Clone)]
struct Directive<'a> {
    name: &'a str,
    sources: Vec<Cow<'a, str>>,
}

impl<'a> Directive<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        Some(Self { name: words.next()?, sources: words.map(Cow::from).collect() })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn has(&self, source: &str) -> bool {
        self.sources.iter().any(|known| known.eq_ignore_ascii_case(source))
    }

    fn allow(&mut self, source: &str) {
        // A nonce or a hash would disable 'unsafe-inline' (CSP Level 3, 6.7.3.2).
        let is_inline = source.starts_with("'nonce-") || source.starts_with("'sha");
        if self.has(source) || is_inline && self.has(INLINE) {
            return;
        }
        self.sources.retain(|known| !known.eq_ignore_ascii_case(NONE));
        self.sources.push(source.to_owned().into());
    }
}

impl fmt::Display for Directive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        self.sources.iter().try_for_each(|source| write!(f, " {source}"))
    }
}

/// Adds sources to a directive. A missing directive starts as a copy of its fallback.
fn allow<'s>(
    directives: &mut Vec<Directive<'_>>,
    name: &'static str,
    sources: impl Iterator<Item = &'s str>,
) {
    let at = directives.iter().position(|directive| directive.is(name)).or_else(|| {
        let copy = fallback(directives, name)?;
        directives.push(copy);
        Some(directives.len() - 1)
    });
    if let Some(directive) = at.and_then(|at| directives.get_mut(at)) {
        sources.for_each(|source| directive.allow(source));
    }
}

fn fallback<'a>(directives: &[Directive<'a>], name: &'static str) -> Option<Directive<'a>> {
    let (_, names) = FALLBACKS.iter().find(|(of, _)| *of == name || of.is_empty())?;
    let found = names.iter().find_map(|name| directives.iter().find(|directive| directive.is(name)))?;
    let mut copy = Directive { name, ..found.clone() };
    if found.is("script-src") {
        // Nonces and keywords apply to script elements. Browsers warn about them in other
        // directives.
        copy.sources.retain(|source| !source.starts_with('\'') || source == "'self'" || source == NONE);
    }
    Some(copy)
}
