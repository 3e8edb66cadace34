//! Adds Vite to the main.rs of an axum application.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{Visit, visit_expr_call};
use syn::{Block, Expr, ExprCall, File, Item, ItemFn, ItemMod, ReturnType};

const HANDLER: &str = include_str!("files/front/handler.rs.in");

/// The steps for a main.rs that cannot be changed automatically.
pub(super) const ADVICE: &str = "Add Vite where the application creates its router:

    let vite = vite_bridge::Vite::open(\"dist\")?;
    let app = vite.mount(router);
    axum::serve(listener, app.into_make_service_with_connect_info::<std::net::SocketAddr>()).await?;";

/// Mounts Vite in a main.rs and adds a page.
///
/// The error is a text with the steps by hand, for a main.rs without a call of `axum::serve`.
pub(super) fn with_vite(text: &str) -> Result<String, String> {
    if text.contains("vite_bridge") {
        return Ok(text.to_owned());
    }
    let file =
        syn::parse_file(text).map_err(|error| format!("cannot parse src/main.rs: {error}. {ADVICE}"))?;
    let mut search = Search::default();
    search.visit_file(&file);
    let served = search.found.ok_or(ADVICE)?;
    let mut edits = vec![mount(text, &served), connect_info(text, &served), handler(text, &file)];
    edits.sort_by_key(|edit| edit.range.start);
    Ok(apply(text, &edits))
}

/// A replacement of a part of the text, in bytes.
struct Edit {
    range: Range<usize>,
    text: String,
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut result = String::new();
    let mut at = 0;
    for Edit { range, text: new } in edits {
        result.push_str(text.get(at..range.start).unwrap_or_default());
        result.push_str(new);
        at = range.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

/// Inserts the lines that open and mount Vite before the statement that serves.
fn mount(text: &str, served: &Served) -> Edit {
    let end = if served.gives_result { "?" } else { ".unwrap()" };
    let start = line_start(text, served.statement);
    let indent = text.get(start..served.statement).unwrap_or_default();
    let router = text.get(served.router.clone()).unwrap_or_default();
    let lines = [
        format!("let vite = vite_bridge::Vite::open(\"dist\"){end};"),
        format!("let app = {router}.route(\"/welcome\", axum::routing::get(welcome));"),
        "let app = vite.mount(app);".to_owned(),
    ];
    let text = lines.iter().map(|line| format!("{indent}{line}\n")).collect();
    Edit { range: start..start, text }
}

/// Serves the new router with the addresses of clients, which the proxy to the dev server needs.
///
/// A call of `into_make_service_with_connect_info` stays.
fn connect_info(text: &str, served: &Served) -> Edit {
    let after = text.get(served.router.end..served.argument.end).unwrap_or_default();
    let service = if after.contains("into_make_service_with_connect_info") {
        after
    } else {
        ".into_make_service_with_connect_info::<std::net::SocketAddr>()"
    };
    Edit { range: served.argument.clone(), text: format!("app{service}") }
}

/// Inserts the handler before the unit tests, or appends it.
fn handler(text: &str, file: &File) -> Edit {
    let tests = file.items.iter().find(|item| matches!(item, Item::Mod(module) if is_tests(module)));
    let Some(tests) = tests else {
        return Edit { range: text.len()..text.len(), text: format!("\n{HANDLER}") };
    };
    let mut at = line_start(text, tests.span().byte_range().start);
    // Comments directly above belong to the tests.
    while let Some(before) = text.get(..at.saturating_sub(1)) {
        let line = line_start(text, before.len());
        if at == 0 || !text.get(line..at).is_some_and(|line| line.trim_start().starts_with("//")) {
            break;
        }
        at = line;
    }
    Edit { range: at..at, text: format!("{HANDLER}\n") }
}

/// Returns the beginning of the line with a byte.
fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn is_tests(module: &ItemMod) -> bool {
    module.ident == "tests"
        || module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
        })
}

/// The call of `axum::serve`, as places in the text.
struct Served {
    /// The beginning of the statement with the call.
    statement: usize,
    /// The second argument, and the router in it.
    argument: Range<usize>,
    router: Range<usize>,
    /// Whether the function returns a value, so that `?` is allowed.
    gives_result: bool,
}

/// Finds the first `axum::serve(listener, app)` outside of tests.
#[derive(Default)]
struct Search {
    found: Option<Served>,
    statement: usize,
    gives_result: bool,
}

impl<'ast> Visit<'ast> for Search {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_tests(module) {
            syn::visit::visit_item_mod(self, module);
        }
    }

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
            self.found = Some(Served {
                statement: self.statement,
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

/// Returns the router without a call of `into_make_service` or
/// `into_make_service_with_connect_info`.
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

    const CONNECT_INFO: &str = ".into_make_service_with_connect_info::<std::net::SocketAddr>()";

    #[test]
    fn the_statement_that_serves_is_changed_and_the_rest_stays() {
        let main = "use axum::Router;

#[tokio::main]
async fn main() {
    // é
    let app = Router::new(); // mine
    let listener = listen().await;
    axum::serve(listener, app.into_make_service()).with_graceful_shutdown(end()).await.unwrap();
}
";
        let expected = format!(
            "use axum::Router;

#[tokio::main]
async fn main() {{
    // é
    let app = Router::new(); // mine
    let listener = listen().await;
    let vite = vite_bridge::Vite::open(\"dist\").unwrap();
    let app = app.route(\"/welcome\", axum::routing::get(welcome));
    let app = vite.mount(app);
    axum::serve(listener, app{CONNECT_INFO}).with_graceful_shutdown(end()).await.unwrap();
}}
"
        );
        let text = with_vite(main).expect("a main.rs");
        assert_eq!(text, format!("{expected}\n{HANDLER}"));
        assert_eq!(with_vite(&text).expect("the same"), text, "a main.rs that uses Vite stays");
    }

    #[test]
    fn the_question_mark_is_used_in_a_function_with_a_result() {
        let main = "async fn main() -> Result<(), E> {\n    other::serve(l, 1);\n    start(l, 2);\n    Ok(axum::serve(l, Router::new()).await?)\n}\n";
        let text = with_vite(main).expect("a main.rs");
        let lines = format!(
            "    let vite = vite_bridge::Vite::open(\"dist\")?;\n    let app = Router::new().route(\"/welcome\", axum::routing::get(welcome));\n    let app = vite.mount(app);\n    Ok(axum::serve(l, app{CONNECT_INFO}).await?)\n"
        );
        assert!(text.contains(&lines), "{text}");
        assert_eq!(with_vite("fn main() {}"), Err(ADVICE.to_owned()));
    }

    #[test]
    fn connect_info_of_the_application_stays() {
        let main =
            "async fn main() {\n    serve(l, app().into_make_service_with_connect_info::<Peer>());\n}\n";
        let text = with_vite(main).expect("a main.rs");
        assert!(text.contains("let app = app().route("), "{text}");
        assert!(text.contains("serve(l, app.into_make_service_with_connect_info::<Peer>());"), "{text}");
    }

    #[test]
    fn the_handler_is_inserted_before_the_tests() {
        let main = "async fn main() {\n    axum::serve(l, app).await;\n}\n\n";
        let tests = "// Unit tests.\n// They need no server.\n#[cfg(test)]\nmod tests {\n    fn a() {\n        axum::serve(l, b);\n    }\n}\n";
        for tests in [tests, "#[cfg(test)]\nmod pages {}\n", "mod tests;\n"] {
            let text = with_vite(&format!("{main}{tests}")).expect("a main.rs");
            assert!(text.ends_with(&format!("}}\n\n{HANDLER}\n{tests}")), "{text}");
        }
        let text = with_vite(&format!("{tests}\n{main}")).expect("a main.rs");
        assert!(text.starts_with(&format!("{HANDLER}\n{tests}\nasync fn main")), "{text}");
        assert_eq!(with_vite(tests), Err(ADVICE.to_owned()), "a server in tests does not count");
    }
}
