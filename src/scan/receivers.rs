//! `Receivers`: finds out which receivers are pages, by name or by following pages through macros
//! and includes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::language::{Argument, Parameter, Template};

/// The index of a template, and of a scope in it.
type Place = (usize, usize);

/// The names of pages in each scope.
pub(super) struct Receivers<'s> {
    known: &'s BTreeSet<String>,
    bound: BTreeMap<Place, BTreeSet<String>>,
}

impl<'s> Receivers<'s> {
    /// Follows pages through macros and includes.
    ///
    /// `find` resolves a path in the template with the given index. A scope is visited again
    /// whenever one of its names turns out to be a page, until nothing changes.
    pub(super) fn follow(
        templates: &[Template],
        known: &'s BTreeSet<String>,
        find: impl Fn(&str, usize) -> Option<usize>,
    ) -> Self {
        let mut receivers = Self { known, bound: BTreeMap::new() };
        let places = templates.iter().enumerate();
        let mut open: VecDeque<Place> = places
            .flat_map(|(at, template)| (0..template.scopes.len()).map(move |scope| (at, scope)))
            .collect();
        while let Some(place) = open.pop_front() {
            for (place, name) in receivers.bindings(place, templates, &find) {
                if receivers.bound.entry(place).or_default().insert(name) {
                    open.push_back(place);
                }
            }
        }
        receivers
    }

    /// Returns whether a value with one of these names is a page in a scope.
    pub(super) fn is_page(&self, place: Place, names: &[String]) -> bool {
        let bound = self.bound.get(&place);
        names.iter().any(|name| self.known.contains(name) || bound.is_some_and(|bound| bound.contains(name)))
    }

    /// Returns the names that are pages because of the known pages in a scope.
    fn bindings(
        &self,
        place: Place,
        templates: &[Template],
        find: &impl Fn(&str, usize) -> Option<usize>,
    ) -> Vec<(Place, String)> {
        let (at, number) = place;
        let Some(template) = templates.get(at) else { return Vec::new() };
        let Some(scope) = template.scopes.get(number) else { return Vec::new() };
        let defaults = scope.parameters.iter().filter(|(_, default)| self.is_page(place, default));
        let mut bindings: Vec<(Place, String)> = defaults.map(|(name, _)| (place, name.clone())).collect();
        for argument in scope.arguments.iter().filter(|argument| self.is_page(place, &argument.value)) {
            let target = match &argument.alias {
                None => Some(at),
                Some(alias) => template.imports.get(alias).and_then(|path| find(path, at)),
            };
            bindings.extend(target.and_then(|target| parameter(argument, target, templates)));
        }
        for include in &scope.includes {
            let Some(target) = find(&include.path, at) else { continue };
            let pages = include.names.iter().filter(|(_, value)| self.is_page(place, value));
            let own = self.bound.get(&place).into_iter().flatten();
            bindings.extend(pages.map(|(name, _)| name).chain(own).map(|name| ((target, 0), name.clone())));
        }
        bindings
    }
}

/// Returns the macro parameter that an argument is passed to.
fn parameter(argument: &Argument, target: usize, templates: &[Template]) -> Option<(Place, String)> {
    let scopes = templates.get(target)?.scopes.iter().enumerate();
    let (number, scope) =
        scopes.rev().find(|(_, scope)| scope.macro_name.as_deref() == Some(&argument.macro_name))?;
    let name = match &argument.parameter {
        Parameter::At(at) => scope.parameters.get(*at).map(|(name, _)| name)?,
        Parameter::Named(name) => name,
    };
    Some(((target, number), name.clone()))
}
