//! Reads the values of Askama expressions: literals, and the names that a value is known under.

use std::collections::BTreeMap;

use askama_parser::{Expr, PathComponent, Span, Target, WithSpan};

use super::language::{PageMethod, RETURNS_PAGE, Use};
use super::literal::unescape;

/// Further names of local variables: after `let v = self.vite`, `v` is known as `vite`, too.
pub(super) type Names = BTreeMap<String, Vec<String>>;

pub(super) type Expression<'a> = WithSpan<Box<Expr<'a>>>;

/// Adds the names in a literal, or in a list of literals, to `used`.
pub(super) fn literals(expr: &Expression<'_>, used: &mut Use) {
    match &***expr {
        Expr::StrLit(literal) if literal.prefix.is_none() => match unescape(literal.content) {
            Some((name, _)) => used.names.push((name, start(expr.span()))),
            None => used.is_dynamic = true,
        },
        Expr::Array(items) => items.iter().for_each(|item| literals(item, used)),
        Expr::Group(inner) | Expr::Unary("&", inner) => literals(inner, used),
        // The compiler checks a generated constant. The parts of a group must be literals, because
        // the plugin builds the group from their names.
        Expr::Path(parts) if used.method != PageMethod::Group && is_constant(parts) => {}
        _ => used.is_dynamic = true,
    }
}

/// Returns whether a path names a constant of `Codegen`, such as `entries::SRC_MAIN_TS`.
fn is_constant(parts: &[PathComponent<'_>]) -> bool {
    let [.., module, _] = parts else { return false };
    matches!(*module.name, "entries" | "assets")
}

/// Returns the names under which a value is known: the last part of its path, and for a local
/// variable the names of the value that it is bound to.
pub(super) fn stands_for(expr: &Expression<'_>, names: &Names) -> Vec<String> {
    match &***expr {
        Expr::Var(name) => {
            let others = names.get(*name).into_iter().flatten().cloned();
            std::iter::once((*name).to_owned()).chain(others).collect()
        }
        Expr::Path(parts) => parts.last().map(|part| (*part.name).to_owned()).into_iter().collect(),
        Expr::AssociatedItem(_, item) => vec![(*item.name).to_owned()],
        Expr::Group(inner) | Expr::Unary("&" | "*", inner) | Expr::Try(inner) => stands_for(inner, names),
        Expr::Call(call) => match &**call.path {
            Expr::AssociatedItem(inner, method) if RETURNS_PAGE.contains(&*method.name) => {
                stands_for(inner, names)
            }
            Expr::AssociatedItem(_, method) => vec![(*method.name).to_owned()],
            Expr::Var(_) | Expr::Path(_) => stands_for(&call.path, &Names::new()),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Binds a variable to the names of its value. The variables of a pattern have no further names.
pub(super) fn bind(target: &Target<'_>, value: Option<&Expression<'_>>, names: &mut Names) {
    match target {
        Target::Name(name) => {
            let value = value.map_or_else(Vec::new, |value| stands_for(value, names));
            names.insert((**name).to_owned(), value);
        }
        Target::Tuple(node) => node.1.iter().for_each(|target| bind(target, None, names)),
        Target::Array(node) => node.iter().for_each(|target| bind(target, None, names)),
        Target::Struct(node) => node.1.iter().for_each(|field| bind(&field.dest, None, names)),
        Target::OrChain(targets) => targets.iter().for_each(|target| bind(target, None, names)),
        _ => {}
    }
}

/// Binds the variables of a condition such as `if a && let Some(v) = b`.
pub(super) fn bind_conditions(expr: &Expression<'_>, names: &mut Names) {
    match &***expr {
        Expr::BinOp(node) => [&node.lhs, &node.rhs].into_iter().for_each(|side| bind_conditions(side, names)),
        Expr::LetCond(test) => {
            if let Some(target) = &test.target {
                bind(target, Some(&test.expr), names);
            }
        }
        _ => {}
    }
}

pub(super) fn start(span: Span) -> usize {
    span.byte_range().unwrap_or_default().start
}
