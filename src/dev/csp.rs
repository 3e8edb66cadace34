//! Csp: what a Content Security Policy has to allow for pages to work in development.

use std::borrow::Cow;
use std::fmt;

/// What a page needs beyond a strict Content Security Policy: nothing in production; in development what Vite's client does
/// in the page.
///
/// | directive | source | for |
/// |---|---|---|
/// | `script-src` `img-src` `font-src` | `'self'` | modules and assets, through the application's port |
/// | `style-src` | `'self'`, and the policy's nonce or `'unsafe-inline'` | stylesheets, and those that the client inserts |
/// | `connect-src` | `'self'` | the HMR socket (CSP Level 3, 6.7.2.8: `'self'` is `ws:` on the same host and port too) |
/// | `worker-src` | `'self' blob:` | Vite 7.1's client asks for its server from a worker of its own making |
///
/// Where Vite is not mounted, its own address takes the place of `'self'`, and `ws://` with it for the socket.
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

/// What a directive that is not there falls back to (CSP Level 3, 6.8.3).
const FALLBACKS: [(&str, &[&str]); 3] = [
    ("worker-src", &["child-src", "script-src", "default-src"]),
    ("script-src", &["default-src"]),
    ("", &["default-src"]),
];

const NONE: &str = "'none'";
const INLINE: &str = "'unsafe-inline'";

impl Csp {
    /// For pages whose modules come from `origin`; none is the page's own. `preamble` is an inline script's hash.
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

    /// The policy with what it lacks; as it is in production. What it does not restrict stays unrestricted.
    ///
    /// The nonce of the policy's scripts becomes one of its stylesheets too, since Vite's client marks those that it inserts
    /// with it; a policy without a nonce gets `'unsafe-inline'` for styles. A template with `{nonce}` may be given as it is.
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
    /// The directives alone, without those of a policy; empty in production.
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
        // A nonce or a hash beside it would switch it off (CSP Level 3, 6.7.3.2).
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

/// Adds to the directive of that name, which begins as a copy of what it falls back to.
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
        // Nonces and keywords are for elements; browsers warn of them elsewhere.
        copy.sources.retain(|source| !source.starts_with('\'') || source == "'self'" || source == NONE);
    }
    Some(copy)
}
