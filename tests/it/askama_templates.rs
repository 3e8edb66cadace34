//! Tags in Askama templates: HTML-safe without `|safe`. `render` returns the full text of an error.

use std::any::Any;
use std::error::Error as _;

use askama::Template;
use serde_json::json;
use vite_bridge::{Builder, ErrorKind, Page, Vite, filters};

fn vite() -> Vite {
    let manifest = json!({
        "src/main.ts": {"file": "main&1.js", "isEntry": true, "css": ["main-1.css"]},
        "src/part.css": {"file": "part-1.css", "isEntry": true},
        "src/a&b.svg": {"file": "a&b-1.svg"},
    });
    Builder::manifest_bytes(manifest.to_string()).read_environment(false).open().expect("a build")
}

fn page() -> Page {
    vite().page()
}

const STYLE: &str = r#"<link rel="stylesheet" href="/main-1.css">"#;
const SCRIPT: &str = r#"<script type="module" src="/main&amp;1.js"></script>"#;
const PART: &str = r#"<link rel="stylesheet" href="/part-1.css">"#;

/// Declares a template with the given source and a field `vite`.
macro_rules! template {
    ($name:ident, $type:ty, $source:literal) => {
        #[derive(Template)]
        #[template(source = $source, ext = "html")]
        struct $name {
            vite: $type,
        }
    };
}

#[test]
fn a_field_prints_unescaped_elements_without_the_safe_filter() {
    template!(Plain, Page, r#"{{ vite.tags("src/main.ts")? }}"#);
    assert_eq!(Plain { vite: page() }.render().expect("html"), format!("{STYLE}\n{SCRIPT}"));
    template!(Handle, Vite, r#"{{ vite.tags("src/main.ts")? }}"#);
    assert_eq!(Handle { vite: vite() }.render().expect("html"), format!("{STYLE}\n{SCRIPT}"));
}

#[test]
fn a_let_a_reference_and_a_list_of_names_print_the_same_tags() {
    template!(
        Let,
        Page,
        r#"{% let tags = vite.tags(["src/main.ts", "src/part.css"])? %}{{ tags }}|{{ tags }}"#
    );
    let once = format!("{STYLE}\n{PART}\n{SCRIPT}");
    assert_eq!(Let { vite: page() }.render().expect("html"), format!("{once}|{once}"));
    template!(Reference, &'static Page, r#"{{ vite.styles("src/main.ts")? }}"#);
    let vite: &'static Page = Box::leak(Box::new(page()));
    assert_eq!(Reference { vite }.render().expect("html"), STYLE);
}

#[test]
fn an_optional_page_prints_tags_when_it_is_some() {
    template!(
        Maybe,
        Option<Page>,
        r#"{% if let Some(vite) = vite %}{{ vite.styles("src/main.ts")? }}{% else %}none{% endif %}"#
    );
    assert_eq!(Maybe { vite: Some(page()) }.render().expect("html"), STYLE);
    assert_eq!(Maybe { vite: None }.render().expect("html"), "none");
    template!(Printed, Option<vite_bridge::Tags>, r#"{% if let Some(tags) = vite %}{{ tags }}{% endif %}"#);
    assert_eq!(Printed { vite: page().styles("src/main.ts").ok() }.render().expect("html"), STYLE);
}

#[test]
fn extended_and_included_templates_print_tags() {
    #[derive(Template)]
    #[template(path = "cases/page.html")]
    struct Extended {
        vite: Page,
    }
    assert_eq!(
        Extended { vite: page() }.render().expect("html").trim_end(),
        format!("<head>{STYLE}</head>\n<body><i>{PART}</i>{SCRIPT}</body>")
    );
}

#[test]
fn a_macro_and_a_loop_take_names_as_arguments() {
    template!(
        Macro,
        Page,
        r#"{% macro css(vite, name) %}{{ vite.styles(name)? }}{% endmacro %}{% call css(vite, "src/part.css") %}{% endcall %}"#
    );
    assert_eq!(Macro { vite: page() }.render().expect("html"), PART);
    #[derive(Template)]
    #[template(source = "{% for name in names %}{{ vite.styles(name)? }};{% endfor %}", ext = "html")]
    struct Loop {
        vite: Page,
        names: Vec<String>,
    }
    let names = vec!["src/main.ts".to_owned(), "src/part.css".to_owned()];
    assert_eq!(Loop { vite: page(), names }.render().expect("html"), format!("{STYLE};{PART};"));
}

#[test]
fn rendering_twice_gives_the_same_text_and_once_lasts_for_one_render() {
    template!(Twice, Page, r#"{{ vite.tags("src/main.ts")? }}{{ vite.tags("src/main.ts")? }}"#);
    let plain = Twice { vite: page() };
    assert_eq!(plain.render().expect("html"), plain.render().expect("html"));
    let once = Twice { vite: page().once() };
    assert_eq!(once.render().expect("html"), format!("{STYLE}\n{SCRIPT}"));
}

#[test]
fn urls_are_escaped_for_their_context_and_content_is_not() {
    template!(Asset, Page, r#"<img src='{{ vite.asset("src/a&b.svg")? }}'>"#);
    assert_eq!(Asset { vite: page() }.render().expect("html"), "<img src='/a&#38;b-1.svg'>");
    template!(
        Urls,
        Page,
        r#"{% for url in vite.urls("src/main.ts")? %}{{ url }} {% endfor %}{{ vite.urls("src/main.ts")?.to_json() }}"#
    );
    assert_eq!(
        Urls { vite: page() }.render().expect("html"),
        r#"/main-1.css /main&#38;1.js ["/main-1.css","/main\u00261.js"]"#
    );
    template!(Meta, Page, "{{ vite.csp_meta() }}");
    assert_eq!(
        Meta { vite: page().with_nonce("n") }.render().expect("html"),
        r#"<meta property="csp-nonce" nonce="n">"#
    );
}

#[test]
fn render_returns_the_full_text_of_an_error() {
    template!(Unknown, Page, r#"<p>{{ vite.tags("src/mian.ts")? }}"#);
    let error = Unknown { vite: page() }.render().expect_err("an unknown entry");
    let expected = page().tags("src/mian.ts").expect_err("an unknown entry");
    assert_eq!(error.to_string(), expected.to_string());
    let source = error.source().and_then(|source| source.downcast_ref::<vite_bridge::Error>());
    assert_eq!(source.map(vite_bridge::Error::kind), Some(ErrorKind::UnknownEntry));
}

#[test]
fn filters_take_the_page_from_runtime_values() {
    use vite_bridge::filters;

    #[derive(Template)]
    #[template(
        source = r#"{{ "src/main.ts"|vite_tags }}|{{ ["src/part.css"]|vite_styles }}|{{ "src/a&b.svg"|vite_asset }}|{{ "src/a&b.svg"|vite_preload }}|{% for url in "src/main.ts"|vite_urls %}{{ url }} {% endfor %}|{{ "src/main.ts"|vite_scripts }}{{ "src/main.ts"|vite_preloads }}"#,
        ext = "html"
    )]
    struct Filtered;

    let html = Filtered.render_with_values(&(filters::KEY, &page() as &dyn Any)).expect("html");
    let preload = r#"<link rel="preload" href="/a&amp;b-1.svg" as="image" type="image/svg+xml">"#;
    assert_eq!(
        html,
        format!("{STYLE}\n{SCRIPT}|{PART}|/a&#38;b-1.svg|{preload}|/main-1.css /main&#38;1.js |{SCRIPT}")
    );
}

#[test]
fn filters_work_by_path_and_with_a_map_of_values() {
    #[derive(Template)]
    #[template(source = r#"{{ "src/main.ts"|vite_bridge::filters::vite_styles }}"#, ext = "html")]
    struct ByPath;

    let values = std::collections::HashMap::from([("vite", Box::new(page()) as Box<dyn Any>)]);
    assert_eq!(ByPath.render_with_values(&values).expect("html"), STYLE);
    let error = ByPath.render().expect_err("no value");
    assert_eq!(
        error.to_string(),
        "the template has no value \"vite\"\nhelp: render with `template.render_with_values(&(\"vite\", &page as &dyn std::any::Any))`"
    );
    let error = ByPath.render_with_values(&("vite", &1_u8 as &dyn Any)).expect_err("another type");
    assert!(error.to_string().contains("is not a `vite_bridge::Page`"), "{error}");
}

#[test]
fn a_filter_returns_the_full_text_of_an_error() {
    #[derive(Template)]
    #[template(source = r#"{{ "gone.svg"|vite_bridge::filters::vite_inline }}"#, ext = "html")]
    struct Gone;

    let error = Gone.render_with_values(&(filters::KEY, &page() as &dyn Any)).expect_err("an unknown asset");
    assert!(error.to_string().starts_with("unknown asset \"gone.svg\" in the manifest"), "{error}");
}
