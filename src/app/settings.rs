//! What is remembered from one start to the next: looks, language, engine, recent files. Text that is not saved: see `unsaved`.
//! A file that cannot be read counts as absent: settings are never worth a failed start.
#![expect(clippy::disallowed_methods, reason = "the shell's own files")]

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::replacing::replace;
use super::runner::Choice;
use super::unsaved::{self, LeftBehind, Unsaved};
use crate::lang::Lang;
use crate::ui::layout::Layout;
use crate::ui::theme::Shade;

/// Files listed as opened lately.
const MOST_RECENT: usize = 10;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark; none as the system does.
    pub shade: Option<Shade>,
    /// None: as the system does.
    pub lang: Option<Lang>,
    /// What the run bar chooses.
    pub choice: Choice,
    /// Files opened lately, the latest first.
    pub recent: Vec<PathBuf>,
    /// How much larger than usual everything is drawn; none: not at all.
    pub zoom: Option<f32>,
    /// How large the window was; none before the first.
    pub window: Option<WindowSize>,
}

/// How large the window is.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct WindowSize {
    /// Points across and down, when it is not maximized.
    pub inner: [f32; 2],
    /// Whether it covers the screen.
    pub maximized: bool,
}

/// The folder they are kept in.
#[derive(Debug, Clone)]
pub struct Store {
    folder: Option<PathBuf>,
}

impl Store {
    /// The user's own; `COREYARD_HOME` names another.
    #[must_use]
    pub fn of_user() -> Self {
        let named = std::env::var_os("COREYARD_HOME").map(PathBuf::from);
        let usual = || Some(etcetera::choose_base_strategy().ok()?.data_dir().join("coreyard"));
        Self { folder: named.or_else(usual) }
    }

    /// One that keeps nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { folder: None }
    }

    /// One in `folder`.
    #[must_use]
    pub const fn at(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    /// Whether nothing has ever been kept here.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.folder.as_ref().is_some_and(|folder| !folder.join("settings.json").exists())
    }

    /// The settings; the usual ones where none are kept.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.read("settings.json").unwrap_or_default()
    }

    /// Keeps `settings`.
    pub fn keep_settings(&self, settings: &Settings) {
        self.write("settings.json", settings);
    }

    /// Where the panels stood, if that is known and fits this window.
    #[must_use]
    pub fn layout(&self) -> Option<Layout> {
        Layout::read(&std::fs::read(self.folder.as_ref()?.join("layout.json")).ok()?)
    }

    /// Keeps where the panels stand.
    pub fn keep_layout(&self, layout: &Layout) {
        self.write_bytes("layout.json", layout.write());
    }

    /// Texts kept because they are not saved, also by windows that run; the latest first.
    #[must_use]
    pub fn unsaved(&self) -> Vec<Unsaved> {
        self.folder().map(unsaved::kept).unwrap_or_default()
    }

    /// Texts that windows which run no more have left.
    pub(super) fn left_behind(&self) -> Vec<LeftBehind> {
        self.folder().map(unsaved::left_behind).unwrap_or_default()
    }

    /// Where all is kept.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    fn read<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        let bytes = std::fs::read(self.folder.as_ref()?.join(name)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    fn write(&self, name: &str, value: &impl serde::Serialize) {
        self.write_bytes(name, serde_json::to_vec_pretty(value));
    }

    fn write_bytes(&self, name: &str, bytes: serde_json::Result<Vec<u8>>) {
        let Some(folder) = &self.folder else { return };
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| bytes.map_err(std::io::Error::from))
            .and_then(|bytes| replace(&folder.join(name), &bytes));
        // A folder that cannot be written must not disturb the work; the text itself is still in the window.
        drop(written);
    }
}

impl Settings {
    /// Puts `path` first among the recent files.
    pub fn opened(&mut self, path: &Path) {
        self.recent.retain(|recent| recent != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(MOST_RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_damage_counts_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("deep"));
        assert_eq!(store.settings(), Settings::default());
        let mut settings = Settings { lang: Some(Lang::Zh), ..Settings::default() };
        settings.opened(Path::new("a.kdl"));
        settings.opened(Path::new("b.kdl"));
        settings.opened(Path::new("a.kdl"));
        assert_eq!(settings.recent, [Path::new("a.kdl"), Path::new("b.kdl")]);
        store.keep_settings(&settings);
        assert_eq!(store.settings(), settings);
        std::fs::write(folder.path().join("deep/settings.json"), "{").unwrap();
        assert_eq!(store.settings(), Settings::default());
    }
}
