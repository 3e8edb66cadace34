//! Reads Askama templates with Askama's own parser.

use askama_parser::node::{Call as CallBlock, Cond, CondTest, Lit, Loop, Macro, Match};
use askama_parser::{Ast, Expr, Filter, LetValueOrBlock, Node, PathOrIdentifier, Span};

use super::language::{Argument, Include, PageMethod, Parameter, Scope, Syntax, SyntaxError, Template, Use};
use super::values::{Expression, Names, bind, bind_conditions, literals, stands_for, start};

/// Reads a template with the parser of [Askama](https://docs.rs/askama).
///
/// # Errors
///
/// Returns the parser's error for a text that is not a valid template.
pub(super) fn read(text: &str, syntax: &Syntax) -> Result<Template, SyntaxError> {
    let builder = askama_parser::SyntaxBuilder {
        name: "configured",
        block_start: syntax.block_start.as_deref(),
        block_end: syntax.block_end.as_deref(),
        expr_start: syntax.expr_start.as_deref(),
        expr_end: syntax.expr_end.as_deref(),
        comment_start: syntax.comment_start.as_deref(),
        comment_end: syntax.comment_end.as_deref(),
    };
    let syntax = builder.to_syntax().map_err(|message| SyntaxError { at: 0, message })?;
    let ast = Ast::from_str(text, None, &syntax).map_err(|error| SyntaxError {
        at: error.offset.min(text.len()),
        message: error.message.unwrap_or_else(|| "not a valid Askama template".into()).into_owned(),
    })?;
    let mut walk = Walk { template: Template::default(), at: 0 };
    walk.template.scopes.push(Scope::default());
    walk.nodes(ast.nodes(), &mut Names::new());
    Ok(walk.template)
}

struct Walk {
    template: Template,
    /// The index of the current scope.
    at: usize,
}

type Nodes<'a> = [Box<Node<'a>>];

impl Walk {
    fn scope(&mut self) -> Option<&mut Scope> {
        self.template.scopes.get_mut(self.at)
    }

    /// Visits nodes in an inner block. Names that are bound there are not visible after it.
    fn inner(&mut self, nodes: &Nodes<'_>, names: &Names) {
        self.nodes(nodes, &mut names.clone());
    }

    fn nodes(&mut self, nodes: &Nodes<'_>, names: &mut Names) {
        nodes.iter().for_each(|node| self.node(node, names));
    }

    fn node(&mut self, node: &Node<'_>, names: &mut Names) {
        match node {
            Node::Expr(_, expr) => self.expr(expr, names),
            Node::Call(call) => self.call_block(call, names),
            Node::Let(node) => match &node.val {
                LetValueOrBlock::Value(value) => {
                    self.expr(value, names);
                    bind(&node.var, Some(value), names);
                }
                LetValueOrBlock::Block { nodes, .. } => {
                    self.inner(nodes, names);
                    bind(&node.var, None, names);
                }
            },
            Node::Compound(node) => self.all([&node.op.lhs, &node.op.rhs], names),
            Node::If(node) => node.branches.iter().for_each(|branch| self.branch(branch, names)),
            Node::Match(node) => self.arms(node, names),
            Node::Loop(node) => self.repeated(node, names),
            Node::BlockDef(node) => self.inner(&node.nodes, names),
            Node::FilterBlock(node) => {
                self.all(&node.filters.arguments, names);
                self.inner(&node.nodes, names);
            }
            Node::Macro(node) => self.definition(node),
            Node::Include(node) => {
                let include = Include { path: node.path.to_owned(), names: names.clone() };
                self.scope().into_iter().for_each(|scope| scope.includes.push(include.clone()));
            }
            Node::Import(node) => {
                self.template.imports.insert(node.scope.to_owned(), node.path.to_owned());
            }
            Node::Lit(text) => self.text(text),
            Node::Raw(raw) => self.text(&raw.lit),
            Node::Comment(_) | Node::Declare(_) | Node::Extends(_) | Node::Break(_) | Node::Continue(_) => {}
        }
    }

    fn text(&mut self, text: &Lit<'_>) {
        self.template.texts.extend(text.val.span().byte_range());
    }

    fn branch(&mut self, branch: &Cond<'_>, names: &Names) {
        let mut names = names.clone();
        if let Some(test) = &branch.cond {
            self.test(test, &mut names);
        }
        self.nodes(&branch.nodes, &mut names);
    }

    fn test(&mut self, test: &CondTest<'_>, names: &mut Names) {
        self.expr(&test.expr, names);
        bind_conditions(&test.expr, names);
        if let Some(target) = &test.target {
            bind(target, Some(&test.expr), names);
        }
    }

    fn arms(&mut self, node: &Match<'_>, names: &Names) {
        self.expr(&node.expr, names);
        for arm in &node.arms {
            let mut names = names.clone();
            arm.target.iter().for_each(|target| bind(target, None, &mut names));
            self.nodes(&arm.nodes, &mut names);
        }
    }

    fn repeated(&mut self, node: &Loop<'_>, names: &Names) {
        self.expr(&node.iter, names);
        let mut inside = names.clone();
        bind(&node.var, None, &mut inside);
        self.all(&node.cond, &inside);
        self.nodes(&node.body, &mut inside);
        self.inner(&node.else_nodes, names);
    }

    /// Visits a macro definition in a new scope: a macro sees its parameters and the fields of the
    /// template, but no local variables.
    fn definition(&mut self, node: &Macro<'_>) {
        let default = |expr: &Option<Expression<'_>>| {
            expr.as_ref().map_or_else(Vec::new, |expr| stands_for(expr, &Names::new()))
        };
        let parameters =
            node.args.iter().map(|argument| ((*argument.name).to_owned(), default(&argument.default)));
        let scope = Scope {
            macro_name: Some((*node.name).to_owned()),
            parameters: parameters.collect(),
            ..Scope::default()
        };
        let outer = self.at;
        self.at = self.template.scopes.len();
        self.template.scopes.push(scope);
        self.nodes(&node.nodes, &mut Names::new());
        self.at = outer;
    }

    /// Visits `{% call m::head(vite) %}` and the nodes inside the block.
    fn call_block(&mut self, call: &CallBlock<'_>, names: &Names) {
        let arguments = call.args.as_deref().unwrap_or_default();
        self.all(arguments, names);
        self.pass(call.scope.as_deref().copied(), *call.name, arguments, names);
        self.inner(&call.nodes, names);
    }

    /// Records the arguments of a macro call.
    fn pass(&mut self, alias: Option<&str>, macro_name: &str, arguments: &[Expression<'_>], names: &Names) {
        for (at, argument) in arguments.iter().enumerate() {
            let (parameter, value) = match &***argument {
                Expr::NamedArgument(name, value) => (Parameter::Named((**name).to_owned()), value),
                _ => (Parameter::At(at), argument),
            };
            let value = stands_for(value, names);
            if let (false, Some(scope)) = (value.is_empty(), self.template.scopes.get_mut(self.at)) {
                let (alias, macro_name) = (alias.map(str::to_owned), macro_name.to_owned());
                scope.arguments.push(Argument { alias, macro_name, parameter, value });
            }
        }
    }

    fn all<'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expression<'a>>, names: &Names) {
        exprs.into_iter().for_each(|expr| self.expr(expr, names));
    }

    fn expr(&mut self, expr: &Expression<'_>, names: &Names) {
        match &***expr {
            Expr::Call(call) => {
                self.call(call, names);
                self.expr(&call.path, names);
                self.all(&call.args, names);
            }
            Expr::Filter(filter) => {
                self.filter(filter);
                self.all(&filter.arguments, names);
            }
            Expr::Array(items) | Expr::Tuple(items) | Expr::Concat(items) => self.all(items, names),
            Expr::ArrayRepeat(one, other) | Expr::Index(one, other) => self.all([one, other], names),
            Expr::BinOp(node) => self.all([&node.lhs, &node.rhs], names),
            Expr::Range(node) => self.all(node.lhs.iter().chain(&node.rhs), names),
            Expr::AssociatedItem(inner, _)
            | Expr::As(inner, _)
            | Expr::NamedArgument(_, inner)
            | Expr::Unary(_, inner)
            | Expr::Group(inner)
            | Expr::Try(inner) => self.expr(inner, names),
            Expr::Struct(node) => {
                let fields = node.fields.iter().filter_map(|field| field.value.as_ref());
                self.all(fields.chain(&node.base), names);
            }
            Expr::LetCond(test) => self.expr(&test.expr, names),
            // The arguments of a Rust macro are Rust code, not Askama expressions.
            Expr::RustMacro(..)
            | Expr::BoolLit(_)
            | Expr::NumLit(..)
            | Expr::StrLit(_)
            | Expr::CharLit(_)
            | Expr::Var(_)
            | Expr::Path(_)
            | Expr::FilterSource
            | Expr::IsDefined(_)
            | Expr::IsNotDefined(_)
            | Expr::ArgumentPlaceholder => {}
        }
    }

    fn call(&mut self, node: &askama_parser::expr::Call<'_>, names: &Names) {
        match &**node.path {
            Expr::AssociatedItem(receiver, method) => {
                let receiver = stands_for(receiver, names);
                if let (Some(call), Some(argument), false) =
                    (PageMethod::from_name(&method.name), node.args.first(), receiver.is_empty())
                {
                    self.record(Some(receiver), call, argument, method.name.span());
                }
            }
            Expr::Var(name) => self.pass(None, name, &node.args, names),
            Expr::Path(parts) => {
                let parts: Vec<&str> = parts.iter().map(|part| *part.name).collect();
                if let [rest @ .., name] = parts.as_slice() {
                    self.pass(rest.last().copied(), name, &node.args, names);
                }
            }
            _ => {}
        }
    }

    fn filter(&mut self, filter: &Filter<'_>) {
        let name = match &filter.name {
            PathOrIdentifier::Identifier(name) => Some(name),
            PathOrIdentifier::Path(parts) => parts.last().map(|part| &part.name),
        };
        let call = name.and_then(|name| Some((PageMethod::from_filter(name)?, name.span())));
        if let (Some((method, at)), Some(argument)) = (call, filter.arguments.first()) {
            self.record(None, method, argument, at);
        }
    }

    /// Records a call that names entries or assets.
    fn record(
        &mut self,
        receiver: Option<Vec<String>>,
        method: PageMethod,
        argument: &Expression<'_>,
        at: Span,
    ) {
        let mut found = Use { receiver, method, names: Vec::new(), is_dynamic: false, at: start(at) };
        literals(argument, &mut found);
        self.scope().into_iter().for_each(|scope| scope.uses.push(found.clone()));
    }
}
