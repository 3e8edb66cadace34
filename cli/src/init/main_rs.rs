//! The lines that main.rs of an axum application needs.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{Visit, visit_expr_call};
use syn::{Block, Expr, ExprCall, ItemFn, ReturnType};

const HANDLER: &str = include_str!("files/front/handler.rs.in");

/// For whom it cannot be written.
pub(super) const ADVICE: &str = "Where the application is put together:

    let vite = vite_bridge::Vite::open(\"dist\")?;
    let app = vite.mount(router)?;
    vite_bridge::axum::serve(listener, app).await?;";

/// main.rs with Vite mounted, and a page that shows it; what to do by hand where no `axum::serve(listener, app)` is found.
pub(super) fn with_vite(text: &str) -> Result<String, String> {
    if text.contains("vite_bridge") {
        return Ok(text.to_owned());
    }
    let file =
        syn::parse_file(text).map_err(|fault| format!("src/main.rs cannot be read ({fault}). {ADVICE}"))?;
    let mut search = Search::default();
    search.visit_file(&file);
    let Found { statement, function, argument, router, gives_result } = search.found.ok_or(ADVICE)?;
    let end = if gives_result { "?" } else { ".unwrap()" };
    let start = text.get(..statement).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let indent = text.get(start..statement).unwrap_or_default();
    let router = text.get(router).unwrap_or_default();
    let lines = [
        format!("let vite = vite_bridge::Vite::open(\"dist\"){end};"),
        format!("let app = {router}.route(\"/welcome\", axum::routing::get(welcome));"),
        format!("let app = vite.mount(app){end};"),
    ];
    let lines: String = lines.iter().map(|line| format!("{indent}{line}\n")).collect();
    let parts = [
        text.get(..start),
        Some(lines.as_str()),
        text.get(start..function.start),
        Some("vite_bridge::axum::serve"),
        text.get(function.end..argument.start),
        Some("app"),
        text.get(argument.end..),
        Some(HANDLER),
    ];
    Ok(parts.into_iter().flatten().collect())
}

/// Places in the text.
struct Found {
    /// Where the statement begins that serves.
    statement: usize,
    /// `axum::serve`.
    function: Range<usize>,
    /// Its second argument, and the router in it.
    argument: Range<usize>,
    router: Range<usize>,
    /// Whether `?` may be written.
    gives_result: bool,
}

/// Finds `axum::serve(listener, app)`.
#[derive(Default)]
struct Search {
    found: Option<Found>,
    statement: usize,
    gives_result: bool,
}

impl<'ast> Visit<'ast> for Search {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.gives_result = matches!(function.sig.output, ReturnType::Type(..));
        self.visit_block(&function.block);
    }

    fn visit_block(&mut self, block: &'ast Block) {
        for statement in &block.stmts {
            self.statement = bytes(statement.span()).start;
            self.visit_stmt(statement);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let [Some(_), Some(argument), None] = [0, 1, 2].map(|at| call.args.iter().nth(at)) else {
            return visit_expr_call(self, call);
        };
        if is_axum_serve(&call.func) && self.found.is_none() {
            self.found = Some(Found {
                statement: self.statement,
                function: bytes(call.func.span()),
                argument: bytes(argument.span()),
                router: bytes(router(argument).span()),
                gives_result: self.gives_result,
            });
        }
        visit_expr_call(self, call);
    }
}

fn is_axum_serve(function: &Expr) -> bool {
    let Expr::Path(path) = function else { return false };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    names.iter().map(String::as_str).eq(["axum", "serve"]) || names == ["serve"]
}

/// Without what makes a service of it: our `serve` does that.
fn router(app: &Expr) -> &Expr {
    match app {
        Expr::MethodCall(call) if call.method.to_string().starts_with("into_make_service") => &call.receiver,
        _ => app,
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.byte_range()
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by a panic")]
mod tests {
    use super::{ADVICE, HANDLER, with_vite};

    #[test]
    fn the_line_that_serves_is_found_and_the_rest_stays() {
        let main = "use axum::Router;

#[tokio::main]
async fn main() {
    // é
    let app = Router::new(); // mine
    let listener = listen().await;
    axum::serve(listener, app.into_make_service()).with_graceful_shutdown(end()).await.unwrap();
}
";
        let expected = "use axum::Router;

#[tokio::main]
async fn main() {
    // é
    let app = Router::new(); // mine
    let listener = listen().await;
    let vite = vite_bridge::Vite::open(\"dist\").unwrap();
    let app = app.route(\"/welcome\", axum::routing::get(welcome));
    let app = vite.mount(app).unwrap();
    vite_bridge::axum::serve(listener, app).with_graceful_shutdown(end()).await.unwrap();
}
";
        let text = with_vite(main).expect("a main.rs");
        assert_eq!(text, format!("{expected}{HANDLER}"));
        // What uses Vite already is left alone.
        assert_eq!(with_vite(&text).expect("the same"), text);
    }

    #[test]
    fn a_main_that_gives_a_result_asks_and_one_that_does_not_serve_gets_advice() {
        let main = "async fn main() -> Result<(), E> {\n    other::serve(l, 1);\n    start(l, 2);\n    Ok(axum::serve(l, Router::new()).await?)\n}\n";
        let text = with_vite(main).expect("a main.rs");
        assert!(
            text.contains(
                "    let app = vite.mount(app)?;\n    Ok(vite_bridge::axum::serve(l, app).await?)\n"
            ),
            "{text}"
        );
        assert_eq!(with_vite("fn main() {}"), Err(ADVICE.to_owned()));
    }
}
