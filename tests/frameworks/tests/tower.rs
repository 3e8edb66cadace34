//! `vite.service()` in frameworks that accept a tower service: built files next to the routes of
//! the application.
#![allow(clippy::expect_used, reason = "a test fails by a panic")]

use vite_bridge::{Builder, Mode, Vite};

const SCRIPT: &str = "console.log('built');";

/// Returns a build with one script. Dropping the folder removes it.
fn build() -> (tempfile::TempDir, Vite) {
    let dist = tempfile::tempdir().expect("a folder");
    let manifest = serde_json::json!({"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}});
    std::fs::write(dist.path().join("manifest.json"), manifest.to_string()).expect("a manifest");
    std::fs::create_dir(dist.path().join("assets")).expect("a folder");
    std::fs::write(dist.path().join("assets/main-B1a2C3d4.js"), SCRIPT).expect("a script");
    let builder = Builder::new(dist.path()).mode(Mode::Production).read_environment(false);
    let vite = builder.open().expect("a build");
    (dist, vite)
}

#[tokio::test]
async fn poem_serves_the_build_behind_its_routes() {
    use poem::endpoint::TowerCompatExt as _;
    use poem::test::TestClient;
    use poem::{Route, get, handler};

    #[handler]
    fn home() -> &'static str {
        "home"
    }

    let (_dist, vite) = build();
    let app = Route::new().at("/", get(home)).at("/assets/*path", vite.service().compat());
    let client = TestClient::new(app);
    client.get("/").send().await.assert_text("home").await;
    let answer = client.get("/assets/main-B1a2C3d4.js").send().await;
    answer.assert_header("cache-control", "public, max-age=31536000, immutable");
    answer.assert_text(SCRIPT).await;
}

#[tokio::test]
async fn salvo_serves_the_build_behind_its_routes() {
    use salvo::http::ReqBody;
    use salvo::prelude::*;
    use salvo::test::{ResponseExt as _, TestClient};

    #[handler]
    async fn home() -> &'static str {
        "home"
    }

    let (_dist, vite) = build();
    let files = TowerServiceCompat::<ReqBody, _, _, _>::compat(vite.service());
    let app = Service::new(Router::new().get(home).push(Router::with_path("{**path}").goal(files)));
    let mut answer = TestClient::get("http://localhost/").send(&app).await;
    assert_eq!(answer.take_string().await.expect("a text"), "home");
    let mut answer = TestClient::get("http://localhost/assets/main-B1a2C3d4.js").send(&app).await;
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(answer.take_string().await.expect("a text"), SCRIPT);
}
