//! What a folder is, and what it needs.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use anstream::eprintln;
use vite_bridge::spawn::PackageJson;

use super::plan::Plan;
use super::{cargo, main_rs, package};

/// A whole application, beside what every front end has.
const APPLICATION: [(&str, &str); 5] = [
    ("Cargo.toml", include_str!("files/app/Cargo.toml.in")),
    ("src/main.rs", include_str!("files/app/src/main.rs.in")),
    ("src/pages.rs", include_str!("files/app/src/pages.rs.in")),
    ("templates/layout.html", include_str!("files/app/templates/layout.html")),
    ("templates/home.html", include_str!("files/app/templates/home.html")),
];
const README: &str = include_str!("files/app/README.md.in");
const GITIGNORE: &str = include_str!("files/front/gitignore");
const WELCOME: &str = include_str!("files/front/templates/welcome.html");
const CONFIG: &str = include_str!("files/front/vite.config.js");

/// What every front end has.
const FRONT: [(&str, &str); 5] = [
    ("tsconfig.json", include_str!("files/front/tsconfig.json")),
    ("web/main.ts", include_str!("files/front/web/main.ts")),
    ("web/counter.ts", include_str!("files/front/web/counter.ts")),
    ("web/main.css", include_str!("files/front/web/main.css")),
    ("web/logo.svg", include_str!("files/front/web/logo.svg")),
];

const CONFIGS: [&str; 6] = [
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mjs",
    "vite.config.mts",
    "vite.config.cjs",
    "vite.config.cts",
];

pub(super) struct Project {
    root: PathBuf,
    name: String,
    /// There is a cargo project already.
    is_there: bool,
    manager: String,
    from: Option<PathBuf>,
}

impl Project {
    pub(super) fn of(dir: &Path, from: Option<&Path>) -> Result<Self, String> {
        let cannot = |fault| format!("{} cannot be used: {fault}", dir.display());
        fs::create_dir_all(dir).map_err(cannot)?;
        let root = fs::canonicalize(dir).map_err(cannot)?;
        let from = from.map(|from| {
            fs::canonicalize(from).map_err(|fault| format!("{} cannot be used: {fault}", from.display()))
        });
        Ok(Self {
            name: name(&root),
            is_there: root.join("Cargo.toml").is_file(),
            manager: manager(&root),
            from: from.transpose()?,
            root,
        })
    }

    pub(super) fn plan(&self) -> Result<Plan, String> {
        let mut plan = Plan::new(&self.root);
        if self.is_there {
            self.bring_vite(&mut plan)?;
        } else {
            self.begin(&mut plan);
        }
        for (file, text) in FRONT {
            plan.file(file, text);
        }
        match CONFIGS.into_iter().find(|name| *name != "vite.config.js" && self.root.join(name).is_file()) {
            None => plan.file("vite.config.js", CONFIG),
            Some(config) => plan.advise(format!(
                "{config} is yours: add `import bridge from 'vite-bridge'` and `plugins: [bridge()]` to it."
            )),
        }
        let there = plan.read("package.json")?;
        plan.file("package.json", package::with_vite(there.as_deref(), &self.name, self.from.as_deref())?);
        let ignored = ignoring(plan.read(".gitignore")?.as_deref());
        plan.file(".gitignore", ignored);
        Ok(plan)
    }

    fn begin(&self, plan: &mut Plan) {
        let dependency = cargo::dependency(self.from.as_deref());
        for (file, text) in APPLICATION {
            let text = text.replace("{name}", &self.name).replace("{vite-bridge}", &dependency);
            let is_within = file == "Cargo.toml" && cargo::is_within_workspace(&self.root);
            let own = if is_within { "\n# The workspace above does not list it.\n[workspace]\n" } else { "" };
            plan.file(file, text + own);
        }
        let [install, dev, build] = [self.install(), DEV.to_owned(), self.run("build")];
        let readme = README.replace("{name}", &self.name).replace("{install}", &install);
        plan.file("README.md", readme.replace("{dev}", &dev).replace("{build}", &build));
    }

    fn bring_vite(&self, plan: &mut Plan) -> Result<(), String> {
        let manifest = plan.read("Cargo.toml")?.unwrap_or_default();
        plan.file("Cargo.toml", cargo::with_dependencies(&manifest, self.from.as_deref())?);
        plan.file("templates/welcome.html", WELCOME);
        let there = plan.read("src/main.rs")?;
        match there.as_deref().map(main_rs::with_vite) {
            Some(Ok(text)) => plan.file("src/main.rs", text),
            Some(Err(advice)) => plan.advise(advice),
            None => plan.advise(main_rs::ADVICE),
        }
        Ok(())
    }

    /// On standard error, as all that is no diff.
    pub(super) fn say_how_to_go_on(&self, dir: &Path) {
        eprintln!("\nNow:\n");
        if absolute(dir).ok() != absolute(".").ok() {
            eprintln!("    cd {}", dir.display());
        }
        eprintln!("    {}", self.install());
        // An application that was there need not take a socket.
        eprintln!("    {}", if self.is_there { "vite-bridge dev" } else { DEV });
    }

    fn install(&self) -> String {
        format!("{} install", self.manager)
    }

    fn run(&self, script: &str) -> String {
        format!("{} run {script}", self.manager)
    }
}

const DEV: &str = "vite-bridge dev --listen 127.0.0.1:3000";

/// That of the folder, as cargo and npm take it.
fn name(root: &Path) -> String {
    let name = root.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name: String = name
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '-' })
        .collect();
    let name = name.trim_matches('-');
    match name.chars().next() {
        None => "app".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("app-{name}"),
        Some(_) => name.to_owned(),
    }
}

/// By the lock file, which may be there before package.json is.
fn manager(root: &Path) -> String {
    PackageJson::manager_at(root).to_owned()
}

/// A .gitignore with what is built.
fn ignoring(there: Option<&str>) -> String {
    let Some(there) = there else { return GITIGNORE.to_owned() };
    let bare = |line: &str| line.trim().trim_matches('/').to_owned();
    let missing = GITIGNORE.lines().filter(|line| !there.lines().any(|known| bare(known) == bare(line)));
    let mut text = there.to_owned();
    for line in missing {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ignoring, name};

    #[test]
    fn a_folder_gives_a_name_that_cargo_and_npm_take() {
        for (folder, expected) in
            [("My App", "my-app"), ("2048", "app-2048"), ("a_b", "a_b"), ("été", "t"), ("..", "app")]
        {
            assert_eq!(name(&Path::new("/x").join(folder)), expected, "{folder}");
        }
    }

    #[test]
    fn what_is_ignored_already_is_not_said_again() {
        assert_eq!(ignoring(Some("target\n/dist")), "target\n/dist\n/node_modules/\n/.vite-bridge/\n");
        assert_eq!(
            ignoring(Some("/target/\n/node_modules/\n/dist/\n/.vite-bridge/\n")),
            "/target/\n/node_modules/\n/dist/\n/.vite-bridge/\n"
        );
    }
}
