//! A project folder and the files that it needs.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use anstream::eprintln;
use vite_bridge::spawn::PackageJson;

use super::error::cannot;
use super::plan::Plan;
use super::{cargo, main_rs, package};
use crate::cli_error::CliError;

/// The files of a new application, in addition to the files of the front end.
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

/// The files of the front end.
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

/// The project folder, and the facts that decide which files it needs.
pub(super) struct Project {
    root: PathBuf,
    name: String,
    /// Whether the folder has a Cargo.toml.
    has_cargo: bool,
    manager: String,
    /// The checkout of vite-bridge that `--from` names.
    from: Option<PathBuf>,
}

impl Project {
    /// Opens a folder, and creates it if necessary.
    pub(super) fn open(dir: &Path, from: Option<&Path>) -> Result<Self, CliError> {
        fs::create_dir_all(dir).map_err(|error| cannot(format!("create {}", dir.display()), &error))?;
        let resolve = |path: &Path| {
            fs::canonicalize(path).map_err(|error| cannot(format!("open {}", path.display()), &error))
        };
        let root = resolve(dir)?;
        let from = from.map(resolve);
        Ok(Self {
            name: name(&root),
            has_cargo: root.join("Cargo.toml").is_file(),
            manager: manager(&root),
            from: from.transpose()?,
            root,
        })
    }

    pub(super) fn plan(&self) -> Result<Plan, CliError> {
        let mut plan = Plan::new(&self.root);
        if self.has_cargo {
            self.add_vite(&mut plan)?;
        } else {
            self.add_application(&mut plan);
        }
        for (file, text) in FRONT {
            plan.file(file, text);
        }
        match CONFIGS.into_iter().find(|name| *name != "vite.config.js" && self.root.join(name).is_file()) {
            None => plan.file("vite.config.js", CONFIG),
            Some(config) => plan.advise(format!(
                "{config} exists and was not changed. Add `import bridge from 'vite-bridge'` and `plugins: [bridge()]` to it."
            )),
        }
        let old = plan.read("package.json")?;
        plan.file("package.json", package::with_vite(old.as_deref(), &self.name, self.from.as_deref())?);
        let ignored = with_ignored(plan.read(".gitignore")?.as_deref());
        plan.file(".gitignore", ignored);
        Ok(plan)
    }

    /// Plans a new application.
    fn add_application(&self, plan: &mut Plan) {
        let dependency = cargo::dependency(self.from.as_deref());
        for (file, text) in APPLICATION {
            let text = text.replace("{name}", &self.name).replace("{vite-bridge}", &dependency);
            let is_within = file == "Cargo.toml" && cargo::is_within_workspace(&self.root);
            let own = if is_within {
                "\n# The workspace in a folder above does not list this package.\n[workspace]\n"
            } else {
                ""
            };
            plan.file(file, text + own);
        }
        let [install, dev, build] = [self.install(), DEV.to_owned(), self.run("build")];
        let readme = README.replace("{name}", &self.name).replace("{install}", &install);
        plan.file("README.md", readme.replace("{dev}", &dev).replace("{build}", &build));
    }

    /// Plans the changes of an existing cargo project.
    fn add_vite(&self, plan: &mut Plan) -> Result<(), CliError> {
        let manifest = plan.read("Cargo.toml")?.unwrap_or_default();
        plan.file("Cargo.toml", cargo::with_dependencies(&manifest, self.from.as_deref())?);
        plan.file("templates/welcome.html", WELCOME);
        let old = plan.read("src/main.rs")?;
        match old.as_deref().map(main_rs::with_vite) {
            Some(Ok(text)) => plan.file("src/main.rs", text),
            Some(Err(advice)) => plan.advise(advice),
            None => plan.advise(main_rs::ADVICE),
        }
        Ok(())
    }

    /// Prints the next commands on standard error, since standard output is for diffs.
    pub(super) fn print_next_steps(&self, dir: &Path) {
        eprintln!("\nNow run:\n");
        if absolute(dir).ok() != absolute(".").ok() {
            eprintln!("    cd {}", dir.display());
        }
        eprintln!("    {}", self.install());
        // An existing application may not support `--listen`.
        eprintln!("    {}", if self.has_cargo { "vite-bridge dev" } else { DEV });
    }

    fn install(&self) -> String {
        format!("{} install", self.manager)
    }

    fn run(&self, script: &str) -> String {
        format!("{} run {script}", self.manager)
    }
}

const DEV: &str = "vite-bridge dev --listen 127.0.0.1:3000";

/// Returns the name of the folder as a valid name for cargo and npm.
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

/// Returns the package manager of the lock file. The folder may have one without a package.json.
fn manager(root: &Path) -> String {
    PackageJson::manager_at(root).to_owned()
}

/// Adds the missing lines to a .gitignore.
fn with_ignored(old: Option<&str>) -> String {
    let Some(old) = old else { return GITIGNORE.to_owned() };
    let bare = |line: &str| line.trim().trim_matches('/').to_owned();
    let missing = GITIGNORE.lines().filter(|line| !old.lines().any(|known| bare(known) == bare(line)));
    let mut text = old.to_owned();
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

    use super::{name, with_ignored};

    #[test]
    fn the_name_of_a_folder_becomes_a_valid_package_name() {
        for (folder, expected) in
            [("My App", "my-app"), ("2048", "app-2048"), ("a_b", "a_b"), ("été", "t"), ("..", "app")]
        {
            assert_eq!(name(&Path::new("/x").join(folder)), expected, "{folder}");
        }
    }

    #[test]
    fn lines_of_a_gitignore_are_not_repeated() {
        assert_eq!(with_ignored(Some("target\n/dist")), "target\n/dist\n/node_modules/\n/.vite-bridge/\n");
        assert_eq!(
            with_ignored(Some("/target/\n/node_modules/\n/dist/\n/.vite-bridge/\n")),
            "/target/\n/node_modules/\n/dist/\n/.vite-bridge/\n"
        );
    }
}
