//! Server: the tags and URLs of a Vite dev server.
#![cfg_attr(not(feature = "proxy"), allow(dead_code, reason = "only the proxy asks for address and access"))]

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::bundle::Bundle;
use super::csp::Csp;
use super::info::{DevInfo, ImportedStyle};
use crate::build::files::Files;
use crate::build::graph::bare_name;
use crate::build::suggest;
use crate::error::{Error, ErrorKind};
use crate::manifest::FileKind;
use crate::tags::options::Options;
use crate::tags::prepared::Prepared;
use crate::tags::{Element, ElementKind, html};
use crate::url::{Base, DevServerUrl};

/// A dev server as the source of tags.
#[derive(Debug)]
pub(crate) struct Server {
    origin: DevServerUrl,
    /// The path of the origin. The application serves the same files below this path.
    base: Base,
    has_react: bool,
    options: Options,
    /// Whether the application forwards requests to the server. Tags then have URLs without an
    /// origin.
    is_mounted: Arc<AtomicBool>,
    access: Access,
    /// The sources of the project, if a dev file was read.
    sources: Option<Sources>,
}

/// The content of the dev file, and the files below Vite's root.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    pub(crate) info: DevInfo,
    pub(crate) files: Arc<dyn Files>,
}

/// The settings that all dev servers of an application share.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) has_react: bool,
    pub(crate) options: Options,
    pub(crate) is_mounted: Arc<AtomicBool>,
    pub(crate) access: Access,
}

/// The exceptions to the rules of the development proxy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Access {
    pub(crate) hosts: Vec<String>,
    #[cfg(feature = "proxy")]
    pub(crate) peers: Vec<ipnet::IpNet>,
    /// Prefixes of paths that are not forwarded.
    pub(crate) denied_paths: Vec<String>,
}

impl Server {
    pub(crate) fn new(origin: DevServerUrl, settings: Settings) -> Self {
        let base = origin.base();
        let Settings { has_react, options, is_mounted, access } = settings;
        Self { origin, base, has_react, options, is_mounted, access, sources: None }
    }

    pub(crate) fn with_sources(self, sources: Sources) -> Self {
        Self { sources: Some(sources), ..self }
    }

    pub(crate) fn origin(&self) -> &DevServerUrl {
        &self.origin
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    /// Returns the path of Vite's socket. Vite's client requests it and the ping there.
    pub(crate) fn socket(&self) -> &str {
        let configured = self.sources.as_ref().and_then(|sources| sources.info.socket.as_deref());
        configured.unwrap_or_else(|| self.base.as_str())
    }

    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the files of Vite's public directory, if a dev file was read.
    pub(crate) fn public_files(&self) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.sources.as_ref().map_or(&NONE, |sources| &sources.info.public_files)
    }

    /// Returns the project folder, if a dev file was read.
    pub(crate) fn project_folder(&self) -> Option<&Path> {
        self.sources.as_ref().map(|sources| sources.info.project_folder.as_path())
    }

    fn href(&self, path: &str) -> String {
        if self.is_mounted.load(Ordering::Relaxed) { self.base.href(path) } else { self.origin.href(path) }
    }

    /// Returns the client, then stylesheets, then scripts. For an empty list of names, the result
    /// is empty.
    pub(crate) fn tags(&self, names: &[&str]) -> Result<Arc<Prepared>, Error> {
        let mut elements = if names.is_empty() { Vec::new() } else { self.client_elements() };
        names.iter().try_for_each(|name| self.check(bare_name(name)))?;
        let names = distinct(names);
        if let Some(bundle) = self.bundle() {
            for name in names {
                elements.push(self.bundled_entry(bundle, name)?);
            }
            return Ok(Arc::new(Prepared::new(elements)));
        }
        for name in names.iter().copied() {
            let imported = self.imported_styles(name).filter(|style| !elements.contains(style));
            elements.extend(imported.collect::<Vec<_>>());
            if FileKind::from_source(name) == FileKind::Style {
                elements.push(self.entry(ElementKind::Stylesheet, name));
            }
        }
        let scripts = names.into_iter().filter(|name| FileKind::from_source(name) == FileKind::Script);
        elements.extend(scripts.map(|name| self.entry(ElementKind::Script, name)));
        Ok(Arc::new(Prepared::new(elements)))
    }

    fn bundle(&self) -> Option<&Bundle> {
        self.sources.as_ref()?.info.bundle.as_ref()
    }

    /// Returns the script of an entry. A stylesheet is a script too, which adds the styles.
    fn bundled_entry(&self, bundle: &Bundle, name: &str) -> Result<Element, Error> {
        let path = bundle.entries.get(name).ok_or_else(|| bundle.unknown(name))?;
        let element = self.element(ElementKind::Script, path);
        let is_style = FileKind::from_source(name) == FileKind::Style;
        Ok(if is_style { element.in_part_of(ElementKind::Stylesheet) } else { element })
    }

    /// Returns link elements with `data-vite-dev-id`. The client of Vite 7 and later adopts such
    /// elements and updates them.
    fn imported_styles(&self, name: &str) -> impl Iterator<Item = Element> {
        let styles = self.sources.as_ref().and_then(|sources| sources.info.styles.get(name));
        styles.into_iter().flatten().map(|ImportedStyle { url, id }| {
            let (path, query) =
                url.split_once('?').map_or((url.as_str(), None), |(path, query)| (path, Some(query)));
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            let mut element = Element::linking(ElementKind::Stylesheet, self.href(path) + &query);
            element.set("data-vite-dev-id", Some(id));
            self.finish(&mut element);
            element
        })
    }

    /// Checks that an entry is an input (which may be virtual or an alias) or a file below the
    /// root. Without a dev file nothing is checked.
    pub(crate) fn check(&self, name: &str) -> Result<(), Error> {
        match &self.sources {
            Some(Sources { info: DevInfo { inputs, root, .. }, files })
                if !inputs.iter().any(|input| input == name) && !files.has(name) =>
            {
                Err(suggest::unknown_source(name, inputs, &files.names(), &root.display().to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Returns Vite's client, for pages without an entry.
    pub(crate) fn client(&self) -> Arc<Prepared> {
        Arc::new(Prepared::new(self.client_elements()))
    }

    /// The hash of React's preamble allows it under a policy without a nonce.
    pub(crate) fn csp(&self) -> Csp {
        let preamble = self
            .has_react
            .then(|| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(self.preamble().as_bytes()))));
        if self.is_mounted.load(Ordering::Relaxed) {
            return Csp::development(None, preamble);
        }
        let (origin, socket) = self.origin.policy_sources();
        Csp::development(Some((&origin, &socket)), preamble)
    }

    pub(crate) fn url(&self, name: &str) -> Result<Arc<str>, Error> {
        Ok(self.href(&self.file(bare_name(name))?).into())
    }

    /// Returns the path of a file below the base. Public files have the same path in a bundle.
    fn file<'a>(&'a self, name: &'a str) -> Result<Cow<'a, str>, Error> {
        let (Some(bundle), Some(sources)) = (self.bundle(), &self.sources) else { return Ok(name.into()) };
        match bundle.entries.get(name) {
            Some(path) => Ok(path.trim_start_matches('/').into()),
            None if sources.files.has(name) => Err(bundle.unknown(name)),
            None => Ok(name.into()),
        }
    }

    pub(crate) fn preload(&self, name: &str) -> Arc<Prepared> {
        // The call that uses the file reports a file that is not in the bundle.
        let Ok(file) = self.file(bare_name(name)) else { return Arc::default() };
        let href = self.href(&file);
        let is_script = !FileKind::is_media_source(name) && FileKind::from_source(name) == FileKind::Script;
        let mut element = if is_script {
            Element::linking(ElementKind::Modulepreload, href)
        } else {
            Element::preloading(href, name)
        };
        self.finish(&mut element);
        Arc::new(Prepared::new(vec![element]))
    }

    /// Returns the text of a source that Vite does not compile, such as CSS or SVG.
    pub(crate) fn inline(&self, name: &str) -> Result<Arc<str>, Error> {
        let unsupported = |why: &str| {
            Error::new(ErrorKind::Unsupported, format!("cannot inline {name:?} in development: {why}"))
                .with_help(format!("use `asset({name:?})`"))
        };
        let sources = self
            .sources
            .as_ref()
            .ok_or_else(|| unsupported("Vite's root is unknown without the npm plugin"))?;
        let is_compiled = match FileKind::from_source(name) {
            FileKind::Style => !name.ends_with(".css"),
            _ => !FileKind::is_media_source(name),
        };
        if is_compiled {
            return Err(unsupported("Vite compiles it"));
        }
        let name = bare_name(name);
        let public = format!("public/{name}");
        let file = [name, &public].into_iter().find(|file| sources.files.has(file)).unwrap_or(name);
        let text = String::from_utf8(sources.files.read(file)?);
        let text = text.map_err(|_| unsupported("it is not UTF-8 text"))?;
        let is_style = FileKind::from_source(name) == FileKind::Style;
        Ok(if is_style { html::raw_text(&text, "style").into() } else { text.into() })
    }

    /// React's preamble must run before the first module that it refreshes.
    fn client_elements(&self) -> Vec<Element> {
        let preamble =
            self.has_react.then(|| Element::with_content(ElementKind::InlineScript, self.preamble()));
        let bundled = self.bundle().and_then(|bundle| bundle.preamble.as_deref());
        let bundled = bundled.map(|path| self.element(ElementKind::Script, path));
        let client = self.element(ElementKind::Script, "@vite/client");
        // The client of a bundle defines the runtime that all other scripts of the bundle need.
        preamble.into_iter().chain([client]).chain(bundled).collect()
    }

    fn entry(&self, kind: ElementKind, name: &str) -> Element {
        self.element(kind, &self.path(name))
    }

    fn element(&self, kind: ElementKind, path: &str) -> Element {
        let mut element = Element::linking(kind, self.href(path));
        self.finish(&mut element);
        element
    }

    /// Returns the path at which Vite serves a source. Files outside of the root are below `@fs/`,
    /// virtual modules below `@id/`.
    fn path<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let Some(Sources { info: DevInfo { root, .. }, files }) = &self.sources else { return name.into() };
        if let Some(rest) = name.strip_prefix("../") {
            let mut outside = root.parent().unwrap_or(root);
            let mut rest = rest;
            while let (Some(up), Some(further)) = (outside.parent(), rest.strip_prefix("../")) {
                (outside, rest) = (up, further);
            }
            let path = outside.join(rest).display().to_string().replace('\\', "/");
            return format!("@fs/{}", path.trim_start_matches('/')).into();
        }
        if name.contains(':') && !files.has(name) { format!("@id/{name}").into() } else { name.into() }
    }

    /// The text in <https://vite.dev/guide/backend-integration.html>, step 1.
    fn preamble(&self) -> String {
        let url = self.href("@react-refresh");
        // Serialization of a string cannot fail. JSON without `<` is a valid JavaScript string
        // inside of a script element.
        let url = html::script_json(&serde_json::to_string(&url).unwrap_or_default());
        format!(
            "\nimport RefreshRuntime from {url}\nRefreshRuntime.injectIntoGlobalHook(window)\nwindow.$RefreshReg$ = () => {{}}\nwindow.$RefreshSig$ = () => (type) => type\nwindow.__vite_plugin_react_preamble_installed__ = true\n"
        )
    }

    fn finish(&self, element: &mut Element) {
        finish(element, &self.options);
    }
}

/// Sets the attributes of the options.
pub(super) fn finish(element: &mut Element, options: &Options) {
    if let Some(value) = options.crossorigin.attribute(false, false) {
        element.set("crossorigin", value);
    }
    options.attributes.apply(element);
}

/// Returns bare names without repeats, in the order of their first occurrence.
fn distinct<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    names.iter().map(|name| bare_name(name)).filter(|name| seen.insert(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::files::NoFiles;
    use crate::tags::prepared::Part;

    /// Returns the server of a dev file with a bundle.
    fn bundled() -> Server {
        let file = br#"{"version": 1, "url": "http://127.0.0.1:5173/static/", "root": "/p", "inputs": ["src/main.ts", "src/main.css", "new.ts"],
            "entries": {"src/main.ts": "/assets/src/main.ts.js", "src/main.css": "/assets/src/main.css.js", "src/logo.svg": "/assets/logo-1.svg"},
            "preamble": "/assets/vite-bridge-preamble.js"}"#;
        let info = DevInfo::read(file, "dev.json", "/p".into()).expect("a dev file");
        let settings = Settings {
            has_react: info.has_react,
            options: Options::default(),
            is_mounted: Arc::new(AtomicBool::new(true)),
            access: Access::default(),
        };
        let files = Arc::new(NoFiles);
        Server::new(info.origin.clone(), settings).with_sources(Sources { info, files })
    }

    fn hrefs(tags: Result<Arc<Prepared>, Error>, part: Part) -> Vec<String> {
        let tags = tags.expect("tags");
        tags.elements(part)
            .map(|element| format!("{} {}", element.kind(), element.href().unwrap_or_default()))
            .collect()
    }

    #[test]
    fn a_bundle_has_scripts_only_and_react_needs_no_inline_script() {
        let server = bundled();
        let expected = [
            "script /static/@vite/client",
            "script /static/assets/vite-bridge-preamble.js",
            "script /static/assets/src/main.css.js",
            "script /static/assets/src/main.ts.js",
        ];
        assert_eq!(hrefs(server.tags(&["src/main.css", "src/main.ts"]), Part::All), expected);
        assert_eq!(hrefs(server.tags(&["src/main.css", "src/main.ts"]), Part::Styles), expected[2..3]);
        assert_eq!(server.url("src/logo.svg").expect("a URL").as_ref(), "/static/assets/logo-1.svg");
        assert_eq!(server.url("favicon.svg").expect("a URL").as_ref(), "/static/favicon.svg");
        assert_eq!(
            hrefs(Ok(server.preload("src/main.ts")), Part::All),
            ["modulepreload /static/assets/src/main.ts.js"]
        );
    }

    #[test]
    fn an_entry_that_is_not_in_the_bundle_is_an_error_with_the_reason() {
        let error = bundled().tags(&["new.ts"]).expect_err("not in the bundle");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(
            error.to_string().starts_with(
                "\"new.ts\" is not in Vite's bundle; with `experimental.bundledDev`, Vite serves only its inputs, \
                 the assets that templates name as literals, and public files"
            ),
            "{error}"
        );
    }
}
