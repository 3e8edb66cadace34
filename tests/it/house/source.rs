//! The source files of a crate as syntax trees: the imports of each file, and the lengths of its
//! functions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, Item, ItemFn, ItemMod, ItemUse, Signature, UseTree};

/// The files of one crate, by their module path: `["build", "graph"]` is `src/build/graph.rs`.
pub(super) struct Sources(BTreeMap<Vec<String>, Source>);

pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    file: syn::File,
}

/// A function with its length in lines.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) lines: usize,
}

impl Sources {
    /// Reads every Rust file below a folder.
    pub(super) fn read(folder: &Path) -> Self {
        let files = files(folder, "rs").into_iter().map(|path| {
            let text = fs::read_to_string(&path).expect("a file");
            let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (module_of(folder, &path), Source { path, text, file })
        });
        Self(files.collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[String], &Source)> {
        self.0.iter().map(|(module, source)| (module.as_slice(), source))
    }

    /// Returns the files that a file imports. A `mod` declaration is not an import.
    pub(super) fn imports(&self, module: &[String]) -> BTreeSet<Vec<String>> {
        let mut paths = Paths::default();
        paths.visit_file(&self.0[module].file);
        let targets = paths.0.into_iter().filter_map(|path| self.resolve(module, &path));
        targets.filter(|target| target != module).collect()
    }

    /// Returns the file that a path leads to: the longest part of the path that is a module path.
    fn resolve(&self, from: &[String], path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let mut module = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            child => [from, &[child.to_owned()]].concat(),
        };
        if !matches!(first.as_str(), "crate" | "self" | "super") && !self.0.contains_key(&module) {
            return None;
        }
        for part in rest {
            module.push(part.clone());
            if !self.0.contains_key(&module) {
                module.pop();
                break;
            }
        }
        self.0.contains_key(&module).then_some(module)
    }

    /// Returns a cycle of imports, if there is one.
    pub(super) fn cycle(&self) -> Option<Vec<String>> {
        let mut done = BTreeSet::new();
        self.0.keys().find_map(|module| self.cycle_from(module, &mut Vec::new(), &mut done))
    }

    fn cycle_from(
        &self,
        module: &Vec<String>,
        open: &mut Vec<Vec<String>>,
        done: &mut BTreeSet<Vec<String>>,
    ) -> Option<Vec<String>> {
        if let Some(at) = open.iter().position(|other| other == module) {
            let chain = open[at..].iter().chain([module]);
            return Some(chain.map(|module| module.join("::")).collect());
        }
        if !done.insert(module.clone()) {
            return None;
        }
        open.push(module.clone());
        let found = self.imports(module).iter().find_map(|next| self.cycle_from(next, open, done));
        open.pop();
        found
    }
}

impl Source {
    /// Returns the lines that are not comments.
    pub(super) fn code(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.trim_start().starts_with("//"))
    }

    /// Returns the lines that are not comments, up to the module of unit tests.
    pub(super) fn code_without_tests(&self) -> impl Iterator<Item = &str> {
        self.code().take_while(|line| line.trim() != "#[cfg(test)]")
    }

    /// Returns the functions outside of test modules.
    pub(super) fn functions(&self) -> Vec<Function> {
        let mut functions = Functions(Vec::new());
        functions.visit_file(&self.file);
        functions.0
    }
}

/// Returns the files with an extension below a folder, sorted. Skips installed packages and the
/// builds of the tests in Node.
pub(super) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !["node_modules", "builds"].iter().any(|name| path.ends_with(name)) {
                found.extend(files(&path, extension));
            }
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn module_of(folder: &Path, path: &Path) -> Vec<String> {
    let name = path.strip_prefix(folder).expect("a file of the folder").with_extension("");
    let mut module: Vec<String> = name.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// The paths in a file that can lead to another file, from `use` items and from code.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn add(&mut self, tree: &UseTree, mut before: Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add(&path.tree, before);
            }
            UseTree::Name(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            UseTree::Rename(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            UseTree::Glob(_) => self.0.push(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree, before.clone())),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // The path in `pub(crate)` has one segment and is not an import.
        let leads_out = |first: &syn::PathSegment| first.ident == "crate" || first.ident == "super";
        if path.segments.len() > 1 && path.segments.first().is_some_and(leads_out) {
            self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    /// Adds the paths of an inline module, which is part of the file. `super` in it is the file
    /// itself.
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let Some((_, items)) = &module.content else { return };
        let mut inner = Self::default();
        items.iter().for_each(|item| inner.visit_item(item));
        let outside = inner.0.into_iter().filter_map(|path| match path.split_first() {
            Some((first, rest)) if first == "super" => Some(rest.to_vec()).filter(|rest| !rest.is_empty()),
            _ => Some(path),
        });
        self.0.extend(outside);
    }
}

struct Functions(Vec<Function>);

impl Functions {
    fn add(&mut self, signature: &Signature, block: &Block) {
        let start = signature.fn_token.span.start().line;
        let lines = block.brace_token.span.close().end().line + 1 - start;
        self.0.push(Function { name: signature.ident.to_string(), lines });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test = matches!(item, Item::Mod(module) if module.ident == "tests");
        if !is_test {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }
}
