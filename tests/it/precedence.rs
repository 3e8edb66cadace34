//! Who answers a request below the base `/`: the application, Vite, or the build. One table for all
//! kinds of routes of axum.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, Response};
use axum::routing::{any, any_service};
use http_body_util::BodyExt as _;
use serde_json::json;
use tower::{ServiceExt as _, service_fn};
use vite_bridge::{Builder, Mode, Vite};

use crate::support::Dist;
use crate::support::log::Log;
use crate::support::upstream::{Upstream, ok};

/// Each line: a kind of route, the kind of the request, its path, and who answers in development
/// and in production. `route` is the kind's own handler or service.
const TABLE: &str = "
literal           script  /@react-refresh            route     route
literal           script  /__uno.css                 route     route
literal           script  /assets/main-B1a2C3d4.js   route     route
literal           script  /assets/gone-B1a2C3d4.js   route     route
literal           script  /robots.txt                route     route
literal           page    /about.html                route     route
literal           script  /files/logo.svg            route     route
literal           script  /src/main.ts               route     route
literal           page    /about                     route     route
literal           fetch   /api/7                     route     route
/files/{*path}    script  /@react-refresh            vite      fallback
/files/{*path}    script  /__uno.css                 vite      fallback
/files/{*path}    script  /assets/main-B1a2C3d4.js   fallback  build
/files/{*path}    script  /assets/gone-B1a2C3d4.js   fallback  gone
/files/{*path}    script  /robots.txt                vite      build
/files/{*path}    page    /about.html                vite      build
/files/{*path}    script  /files/logo.svg            route     route
/files/{*path}    script  /files/main.ts             route     route
/files/{*path}    script  /src/main.ts               vite      fallback
/files/{*path}    page    /about                     fallback  fallback
/files/{*path}    fetch   /api/7                     fallback  fallback
/{slug}           script  /@react-refresh            vite      route
/{slug}           script  /@nobody                   route     route
/{slug}           script  /__uno.css                 vite      route
/{slug}           script  /robots.txt                vite      build
/{slug}           page    /robots.txt                vite      build
/{slug}           page    /about.html                vite      build
/{slug}           script  /main.ts                   vite      route
/{slug}           page    /main.ts                   route     route
/{slug}           script  /gone.ts                   route     route
/{slug}           script  /src/main.ts               vite      fallback
/{slug}           page    /about                     route     route
/{slug}           fetch   /about                     route     route
/{*rest}          script  /@react-refresh            vite      route
/{*rest}          script  /__uno.css                 vite      route
/{*rest}          script  /assets/main-B1a2C3d4.js   route     build
/{*rest}          script  /assets/gone-B1a2C3d4.js   route     gone
/{*rest}          script  /robots.txt                vite      build
/{*rest}          page    /about.html                vite      build
/{*rest}          script  /files/logo.svg            vite      build
/{*rest}          script  /src/main.ts               vite      route
/{*rest}          script  /src/denied.ts             route     route
/{*rest}          script  /src/broken.ts             vite      route
/{*rest}          page    /src/main.ts               route     route
/{*rest}          page    /about                     route     route
/{*rest}          fetch   /api/7                     route     route
nest-literal      script  /@react-refresh            vite      fallback
nest-literal      script  /__uno.css                 vite      fallback
nest-literal      script  /assets/main-B1a2C3d4.js   fallback  build
nest-literal      script  /robots.txt                vite      build
nest-literal      script  /files/logo.svg            route     route
nest-literal      script  /files/main.ts             route     route
nest-literal      page    /files/about               route     route
nest-parameter    script  /@react-refresh/x          vite      route
nest-parameter    script  /assets/main-B1a2C3d4.js   route     build
nest-parameter    script  /files/logo.svg            vite      build
nest-parameter    script  /src/main.ts               vite      route
nest-parameter    page    /files/about               route     route
nest_service      script  /@react-refresh            vite      fallback
nest_service      script  /__uno.css                 vite      fallback
nest_service      script  /assets/main-B1a2C3d4.js   fallback  build
nest_service      script  /robots.txt                vite      build
nest_service      script  /files/logo.svg            vite      build
nest_service      script  /files/main.ts             route     route
nest_service      page    /files/about               route     route
nest_service      script  /src/main.ts               vite      fallback
nest_service-@    script  /@fs/x.js                  vite      route
nest_service-@    script  /@fs/none.js               route     route
route_service     script  /@react-refresh            vite      route
route_service     script  /__uno.css                 vite      route
route_service     script  /assets/main-B1a2C3d4.js   route     build
route_service     script  /robots.txt                vite      build
route_service     script  /src/main.ts               vite      route
route_service     page    /about                     route     route
fallback          script  /@react-refresh            vite      route
fallback          script  /__uno.css                 vite      route
fallback          script  /assets/main-B1a2C3d4.js   route     build
fallback          script  /assets/gone-B1a2C3d4.js   route     gone
fallback          script  /robots.txt                vite      build
fallback          page    /about.html                vite      build
fallback          script  /src/main.ts               vite      route
fallback          page    /about                     route     route
fallback_service  script  /@react-refresh            vite      route
fallback_service  script  /__uno.css                 vite      route
fallback_service  script  /assets/main-B1a2C3d4.js   route     build
fallback_service  script  /robots.txt                vite      build
fallback_service  script  /src/main.ts               vite      route
fallback_service  page    /about                     route     route
merge             script  /@react-refresh            vite      route
merge             script  /assets/main-B1a2C3d4.js   route     build
merge             script  /robots.txt                vite      build
merge             script  /src/main.ts               vite      route
merge             page    /about                     route     route
";

/// The methods and headers that a browser sends.
const KINDS: [(&str, &[(&str, &str)]); 3] = [
    ("script", &[("sec-fetch-dest", "script"), ("accept", "*/*")]),
    ("page", &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]),
    ("fetch", &[("sec-fetch-dest", "empty"), ("accept", "*/*")]),
];

fn router(kind: &str, path: &str) -> Router {
    let own = || any(|body: String| async move { format!("route{body}") });
    let service = || {
        service_fn(|request: Request<Body>| async move {
            let body = request.into_body().collect().await.expect("a body").to_bytes();
            Ok::<_, Infallible>(Response::new(Body::from(format!("route{}", String::from_utf8_lossy(&body)))))
        })
    };
    let router = Router::new().route("/", any(|| async { "home" }));
    let router = match kind {
        "literal" => router.route(path, own()),
        "/files/{*path}" | "/{slug}" | "/{*rest}" => router.route(kind, own()),
        "nest-literal" => router.nest("/files", Router::new().route("/{*path}", own())),
        "nest-parameter" => router.nest("/{tenant}", Router::new().route("/{*path}", own())),
        "nest_service" => router.nest_service("/files", service()),
        "nest_service-@" => router.nest_service("/@fs", service()),
        "route_service" => router.route_service("/{*rest}", any_service(service())),
        "merge" => router.merge(Router::new().route("/{*rest}", own())),
        "fallback" => return router.fallback(|| async { "route" }),
        "fallback_service" => return router.fallback_service(service()),
        unknown => panic!("{unknown}"),
    };
    router.fallback(|| async { "fallback" })
}

/// Answers as Vite does for a project with these files.
fn vites(request: &str) -> String {
    let target = request.split(' ').nth(1).unwrap_or_default();
    match target {
        "/about.html" => {
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nvite".to_owned()
        }
        "/@react-refresh" | "/@react-refresh/x" | "/__uno.css" | "/robots.txt" | "/files/logo.svg"
        | "/files/main.ts" | "/src/main.ts" | "/main.ts" | "/@fs/x.js" => ok("vite"),
        "/src/broken.ts" => "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\nvite".to_owned(),
        "/src/denied.ts" => "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n".to_owned(),
        _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
    }
}

fn project(url: &str) -> Dist {
    let manifest =
        json!({"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "name": "main", "isEntry": true}});
    let dist = Dist::new(&[
        ("package.json", "{}"),
        ("dist/.vite/manifest.json", &manifest.to_string()),
        ("dist/assets/main-B1a2C3d4.js", "build"),
        ("dist/robots.txt", "build"),
        ("dist/about.html", "build"),
        ("dist/files/logo.svg", "build"),
    ]);
    let public = ["about.html", "files/logo.svg", "robots.txt"];
    let file = json!({"version": 1, "url": url, "root": dist.path(), "public": public});
    dist.write(".vite-bridge/dev.json", &file.to_string());
    dist
}

fn open(project: &Dist, mode: Mode) -> Vite {
    let builder = Builder::new(project.path().join("dist")).read_environment(false).mode(mode);
    builder.open().expect("a view")
}

async fn answer(app: Router, request: Request<Body>) -> (Response<Body>, String) {
    let mut request = request;
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 5))));
    let (head, body) = app.oneshot(request).await.expect("an answer").into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    (Response::from_parts(head, Body::empty()), String::from_utf8_lossy(&body).into_owned())
}

fn request(kind: &str, path: &str) -> Request<Body> {
    let (_, headers) = KINDS.into_iter().find(|(known, _)| *known == kind).expect("a kind");
    let mut request = Request::builder().uri(path).header("host", "localhost:3000");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).expect("a request")
}

#[tokio::test]
async fn each_kind_of_route_has_its_place() {
    let upstream = Upstream::new(vites).await;
    let project = project(&format!("http://{}/", upstream.address));
    let (development, production) = (open(&project, Mode::Auto), open(&project, Mode::Production));
    assert!(development.is_development());
    let mut wrong = Vec::new();
    let mut lines = 0;
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<_> = line.split_whitespace().collect();
        let [route, kind, path, expected @ ..] = &*cells else { panic!("{line}") };
        lines += 1;
        for (vite, expected) in [&development, &production].into_iter().zip(expected) {
            let (head, text) = answer(vite.mount(router(route, path)), request(kind, path)).await;
            let found = if head.status() == 404 { "gone" } else { text.as_str() };
            if found != *expected {
                wrong.push(format!("{line}: {found}, {}", head.status()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(lines, 93);
}

#[tokio::test]
async fn pages_and_api_calls_of_parameter_routes_never_reach_vite() {
    let upstream = Upstream::new(vites).await;
    let project = project(&format!("http://{}/", upstream.address));
    let vite = open(&project, Mode::Auto);
    for (kind, path) in [("page", "/about"), ("page", "/a.b"), ("fetch", "/api/7"), ("script", "/nothing")] {
        assert_eq!(answer(vite.mount(router("/{*rest}", path)), request(kind, path)).await.1, "route");
    }
    assert_eq!(upstream.count(), 0);
}

#[tokio::test]
async fn a_miss_continues_with_the_body_and_a_method_that_changes_something_takes_no_detour() {
    let upstream = Upstream::new(vites).await;
    let project = project(&format!("http://{}/", upstream.address));
    for (mode, asked) in [(Mode::Auto, 1), (Mode::Production, 1)] {
        let vite = open(&project, mode);
        for kind in ["/{*rest}", "route_service"] {
            let before = upstream.count();
            let get = Request::builder().uri("/gone.ts").header("host", "localhost").body("+sent".into());
            let (_, text) = answer(vite.mount(router(kind, "")), get.expect("a request")).await;
            assert_eq!(text, "route+sent", "{kind}");
            let was_asked = upstream.count() - before;
            assert_eq!(was_asked, if mode == Mode::Auto { asked } else { 0 });
        }
        for (kind, path) in
            [("/{*rest}", "/robots.txt"), ("/{*rest}", "/@alice/follow"), ("nest_service", "/files/logo.svg")]
        {
            let before = upstream.count();
            let post = Request::post(path).header("host", "localhost").body("+sent".into());
            let (_, text) = answer(vite.mount(router(kind, "")), post.expect("a request")).await;
            assert_eq!(text, "route+sent", "{kind}");
            assert_eq!(upstream.count(), before);
        }
    }
}

#[tokio::test]
async fn while_vite_is_down_or_refused_the_application_answers_what_it_can() {
    let project = project("http://127.0.0.1:9/");
    let vite = Builder::new("no/build").read_environment(false).mode(Mode::Development);
    let vite = vite.dev_server("http://127.0.0.1:9/").open().expect("a view");
    for (kind, path) in
        [("/{*rest}", "/src/main.ts"), ("fallback", "/src/main.ts"), ("nest_service", "/files/logo.svg")]
    {
        let (head, text) = answer(vite.mount(router(kind, path)), request("script", path)).await;
        assert_eq!((head.status().as_u16(), text.as_str()), (200, "route"), "{kind}");
        let mut foreign = request("script", path);
        foreign.headers_mut().insert("host", "evil.test".parse().expect("a host"));
        let (head, text) = answer(vite.mount(router(kind, path)), foreign).await;
        assert_eq!((head.status().as_u16(), text.as_str()), (200, "route"), "{kind}");
    }
    let (head, _) = answer(vite.mount(router("/{*rest}", "")), request("script", "/@react-refresh")).await;
    assert_eq!(head.status(), 502, "Vite's own path");
    drop(project);
}

#[tokio::test]
async fn a_path_of_both_is_logged_once() {
    let (log, _guard) = Log::start();
    let upstream = Upstream::new(vites).await;
    let project = project(&format!("http://{}/", upstream.address));
    for mode in [Mode::Auto, Mode::Production] {
        let before = log.text().len();
        let app = open(&project, mode).mount(
            router("nest_service", "")
                .route("/robots.txt", any(|| async { "route" }))
                .route("/about.html", any(|| async { "route" })),
        );
        for _ in 0..3 {
            for path in ["/robots.txt", "/about.html", "/files/logo.svg", "/files/main.ts"] {
                answer(app.clone(), request("script", path)).await;
            }
        }
        let text = log.text().split_off(before);
        assert_eq!(text.matches("a nested service and the front end").count(), 1, "{text}");
        assert_eq!(text.matches("a route answers a path of the front end").count(), 2, "{text}");
        assert_eq!(text.matches("route=\"/robots.txt\"").count(), 1, "{text}");
        assert_eq!(text.matches("path=\"/files/logo.svg\"").count(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_layer_around_the_result_of_mount_covers_every_answer() {
    let upstream = Upstream::new(vites).await;
    let project = project(&format!("http://{}/", upstream.address));
    let policy = || {
        axum::middleware::map_response(|mut response: Response<Body>| async move {
            let value = "require-corp".parse().expect("a value");
            response.headers_mut().insert("cross-origin-embedder-policy", value);
            response
        })
    };
    let has_policy = |headers: &HeaderMap| headers.contains_key("cross-origin-embedder-policy");
    for mode in [Mode::Auto, Mode::Production] {
        let vite = open(&project, mode);
        let outside = vite.mount(router("/{slug}", "")).layer(policy());
        for path in ["/", "/robots.txt", "/about", "/assets/main-B1a2C3d4.js", "/src/main.ts"] {
            let (head, _) = answer(outside.clone(), request("script", path)).await;
            assert!(has_policy(head.headers()), "{path}");
        }
        let inside = vite.mount(router("/{slug}", "").layer(policy()));
        let (head, _) = answer(inside, request("script", "/robots.txt")).await;
        assert!(!has_policy(head.headers()), "Vite and the build answer before the inner layers");
    }
}

#[test]
fn an_application_without_routes_can_be_mounted() {
    let _: Router = Vite::disabled().mount(Router::new());
    let _: Router = Vite::disabled().mount(Router::new().fallback(|| async { "fallback" }));
}
