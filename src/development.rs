//! Development: tags and URLs that a Vite dev server answers; names are not checked.

use std::sync::Arc;

use crate::element::{Element, ElementKind};
use crate::graph::bare_name;
use crate::html;
use crate::kind::FileKind;
use crate::options::Options;
use crate::prepared::Prepared;
use crate::snapshot::preload_element;
use crate::url::Origin;

/// A development server as templates see it.
#[derive(Debug)]
pub(crate) struct Development {
    origin: Origin,
    has_react: bool,
    options: Options,
}

impl Development {
    pub(crate) fn new(origin: Origin, has_react: bool, options: Options) -> Self {
        Self { origin, has_react, options }
    }

    /// The client first, then stylesheets, then scripts; nothing for no names.
    pub(crate) fn tags(&self, names: &[&str]) -> Arc<Prepared> {
        let mut elements = if names.is_empty() { Vec::new() } else { self.client_elements() };
        for kind in [FileKind::Style, FileKind::Script] {
            for (at, name) in names.iter().enumerate() {
                let is_first = names.iter().take(at).all(|other| bare_name(other) != bare_name(name));
                if is_first && FileKind::of_source(name) == kind {
                    elements.push(self.entry(kind, name));
                }
            }
        }
        Arc::new(Prepared::new(elements))
    }

    /// Vite's client alone, for pages without an entry.
    pub(crate) fn client(&self) -> Arc<Prepared> {
        Arc::new(Prepared::new(self.client_elements()))
    }

    pub(crate) fn url(&self, name: &str) -> Arc<str> {
        self.origin.href(bare_name(name)).into()
    }

    pub(crate) fn preload(&self, name: &str) -> Arc<Prepared> {
        let href = self.origin.href(bare_name(name));
        let is_script = !FileKind::is_media_source(name) && FileKind::of_source(name) == FileKind::Script;
        let mut element = if is_script {
            Element::linking(ElementKind::Modulepreload, href)
        } else {
            preload_element(href, name)
        };
        self.finish(&mut element);
        Arc::new(Prepared::new(vec![element]))
    }

    /// React's preamble must run before any module that it refreshes.
    fn client_elements(&self) -> Vec<Element> {
        let preamble =
            self.has_react.then(|| Element::with_content(ElementKind::InlineScript, self.preamble()));
        let mut client = Element::linking(ElementKind::Script, self.origin.href("@vite/client"));
        self.finish(&mut client);
        preamble.into_iter().chain([client]).collect()
    }

    fn entry(&self, kind: FileKind, name: &str) -> Element {
        let kind = if kind == FileKind::Style { ElementKind::Stylesheet } else { ElementKind::Script };
        let mut element = Element::linking(kind, self.origin.href(bare_name(name)));
        self.finish(&mut element);
        element
    }

    /// As <https://vite.dev/guide/backend-integration.html>, step 1, has it.
    fn preamble(&self) -> String {
        let url = self.origin.href("@react-refresh");
        // A string always is JSON, and JSON without `<` is a JavaScript string that may stand in an element.
        let url = html::script_json(&serde_json::to_string(&url).unwrap_or_default());
        format!(
            "\nimport RefreshRuntime from {url}\nRefreshRuntime.injectIntoGlobalHook(window)\nwindow.$RefreshReg$ = () => {{}}\nwindow.$RefreshSig$ = () => (type) => type\nwindow.__vite_plugin_react_preamble_installed__ = true\n"
        )
    }

    fn finish(&self, element: &mut Element) {
        if let Some(value) = self.options.crossorigin.attribute(false, true) {
            element.set("crossorigin", value);
        }
        self.options.attributes.apply(element);
    }
}
