//! The field that takes a path where no file dialog answers: what is wrong with it, and its completion from the folders there are.
//! Reads no file and writes none.

use std::path::{Path, PathBuf};

use egui::{Button, Key, Modifiers, RichText, ScrollArea, TextEdit, Ui};

use crate::lang::Words;
use crate::ui::command::{Answer, Command};
use crate::ui::i18n;
use crate::ui::kit::select_all::select_from;
use crate::ui::state::State;

/// What can be opened: scenarios and saved runs.
const OPENED: [&str; 2] = ["kdl", "coretrace"];

/// What certainly cannot.
const NEVER_OPENED: [&str; 12] = ["png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "ico", "pdf", "zip", "gz", "exe"];

/// Names listed below the field, and read from one folder.
const LISTED: usize = 200;
const READ: usize = 5_000;

/// What the field remembers.
#[derive(Debug, Default)]
pub(super) struct PathField {
    text: String,
    /// The names that go on from the text, and for which text they were looked up.
    names: (String, Vec<String>),
    takes_focus: bool,
    /// It was opened just now: what is typed takes the place of the proposed name.
    is_new: bool,
    /// The caret goes behind what was completed.
    moves_caret: bool,
    /// The file that Enter would replace, and was pressed for once.
    warned: Option<PathBuf>,
}

/// What the path is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct For {
    pub(super) saving: bool,
    /// Added to a name typed without one.
    pub(super) ending: &'static str,
}

impl For {
    /// How near a name is to what is looked for: that itself, a folder it may be in, any other file; none for what is of no use.
    fn rank(self, name: &str) -> Option<u8> {
        let is = |endings: &[&str]| {
            let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| endings.iter().any(|one| ending.eq_ignore_ascii_case(one)))
        };
        match self.saving {
            _ if name.ends_with(std::path::is_separator) => Some(1),
            true if is(&[self.ending]) => Some(0),
            false if is(&OPENED) => Some(0),
            false if is(&NEVER_OPENED) => None,
            _ => Some(2),
        }
    }
}

impl PathField {
    /// Begins anew with a proposal.
    pub(super) fn begin(&mut self, proposed: &Path) {
        *self = Self { text: proposed.display().to_string(), takes_focus: true, is_new: true, ..Self::default() };
    }

    /// Draws the field with its buttons.
    pub(super) fn field_ui(&mut self, ui: &mut Ui, state: &State<'_>, what: For, commands: &mut Vec<Command>) {
        let lang = state.lang;
        ui.set_width(super::width(ui, 520.0));
        let words = if what.saving { i18n::PATH_SAVE } else { i18n::PATH_OPEN };
        let label = ui.label(RichText::new(words.get(lang)).strong());
        if self.names.0 != self.text || self.takes_focus {
            self.names = (self.text.clone(), names(&self.text, what));
        }
        let id = egui::Id::unique("path field");
        if ui.memory(|memory| memory.has_focus(id)) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Tab)) {
            self.complete();
        }
        let edit = TextEdit::singleline(&mut self.text).id(id).lock_focus(true).desired_width(f32::INFINITY);
        let mut output = edit.show(ui);
        let response = output.response.response.clone().labelled_by(label.id);
        if std::mem::take(&mut self.takes_focus) {
            response.request_focus();
        }
        if std::mem::take(&mut self.is_new) {
            select_from(ui, id, &self.text, folder_part(&self.text).len());
        }
        if std::mem::take(&mut self.moves_caret) {
            let end = egui::text::CCursor::new(egui::text::CharIndex(self.text.chars().count()));
            output.state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
            output.state.store(ui.ctx(), id);
        }
        let path = full(&self.text, what);
        let problem = problem(&path, what.saving);
        let replaces = what.saving && problem.is_none() && path.exists();
        self.warned.take_if(|warned| *warned != path);
        match problem {
            // Nobody has typed anything yet.
            Some(_) if self.text.trim().is_empty() => ui.weak(""),
            Some(problem) => ui.label(RichText::new(problem.get(lang)).color(ui.visuals().error_fg_color)),
            None if replaces => {
                let words = if self.warned.is_some() { i18n::PATH_REPLACE_AGAIN } else { i18n::PATH_REPLACE };
                ui.label(RichText::new(words.get(lang)).color(ui.visuals().warn_fg_color))
            }
            // With the folder it is in.
            None => ui.weak(std::path::absolute(&path).as_ref().unwrap_or(&path).display().to_string()),
        };
        self.names_ui(ui);
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let words = match (what.saving, replaces) {
                (true, true) => i18n::PATH_REPLACE_BUTTON,
                (true, false) => i18n::SAVE,
                (false, _) => i18n::OPEN_PLAIN,
            };
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let clicked = ui.add_enabled(problem.is_none(), Button::new(words.get(lang))).clicked();
            if clicked || (entered && problem.is_none() && (!replaces || self.warned.is_some())) {
                commands.push(Command::Path(path));
            } else if entered {
                self.warned = Some(path).filter(|_| replaces);
                // What is wrong is said; typing goes on.
                self.takes_focus = true;
            }
            if ui.button(i18n::CANCEL.get(lang)).clicked() || ui.input(|input| input.key_pressed(Key::Escape)) {
                commands.push(Command::Answer(Answer::Cancel));
            }
            ui.weak(i18n::PATH_KEYS.get(lang));
        });
        // Whoever clicks beside it goes on in it.
        self.takes_focus |= ui.memory(|memory| memory.focused().is_none());
    }

    fn names_ui(&mut self, ui: &mut Ui) {
        let mut chosen = None;
        let list = ScrollArea::vertical().id_salt("names").max_height(150.0).min_scrolled_height(150.0);
        list.auto_shrink([false, true]).show(ui, |ui| {
            for name in &self.names.1 {
                if ui.add(Button::selectable(false, name)).clicked() {
                    chosen = Some(name.clone());
                }
            }
        });
        if let Some(name) = chosen {
            self.text = [folder_part(&self.text), &name].concat();
            self.takes_focus = true;
            self.moves_caret = true;
        }
    }

    /// As far as all names that fit agree.
    fn complete(&mut self) {
        if let Some(common) = common_start(&self.names.1) {
            let completed = [folder_part(&self.text), common].concat();
            // What was typed in other letters, large or small, is written as it is on the disk.
            if completed.chars().count() >= self.text.chars().count() {
                self.text = completed;
                self.moves_caret = true;
            }
        }
    }
}

/// What stands before the last name, its separator included.
fn folder_part(text: &str) -> &str {
    &text[..text.rfind(std::path::is_separator).map_or(0, |at| at + 1)]
}

/// A path as the system knows it: `~` is the user's folder.
fn expanded(text: &str) -> PathBuf {
    let home = text.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with(std::path::is_separator));
    match home.and_then(|rest| Some((etcetera::home_dir().ok()?, rest))) {
        Some((home, rest)) => home.join(rest.trim_start_matches(std::path::is_separator)),
        None => PathBuf::from(text),
    }
}

fn full(text: &str, what: For) -> PathBuf {
    let path = expanded(text.trim());
    let bare = what.saving && path.extension().is_none() && path.file_name().is_some() && !path.is_dir();
    if bare { path.with_extension(what.ending) } else { path }
}

/// The names in the folder typed so far that go on from what is typed behind it, what is looked for first; folders end with a
/// separator.
fn names(text: &str, what: For) -> Vec<String> {
    let folder = folder_part(text);
    let start = text[folder.len()..].to_lowercase();
    let place = if folder.is_empty() { PathBuf::from(".") } else { expanded(folder) };
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.ok()?;
        let name = entry.file_name().into_string().ok()?;
        let fits = name.to_lowercase().starts_with(&start) && (!name.starts_with('.') || start.starts_with('.'));
        let is_folder = entry.path().is_dir();
        fits.then(|| if is_folder { format!("{name}{}", std::path::MAIN_SEPARATOR) } else { name })
    };
    let ranked = |name: String| Some((what.rank(&name)?, name.to_lowercase(), name));
    let mut names: Vec<_> = entries.take(READ).filter_map(name).filter_map(ranked).collect();
    names.sort_unstable();
    names.truncate(LISTED);
    names.into_iter().map(|(.., name)| name).collect()
}

/// What all begin with.
fn common_start(names: &[String]) -> Option<&str> {
    let (first, rest) = names.split_first()?;
    let shared = |length: usize, name: &String| {
        first
            .char_indices()
            .zip(name.chars())
            .take_while(|((at, one), other)| *at < length && one == other)
            .map(|((at, one), _)| at + one.len_utf8())
            .last()
            .unwrap_or(0)
    };
    Some(&first[..rest.iter().fold(first.len(), shared)])
}

/// Why a path cannot be used, if it cannot.
fn problem(path: &Path, saving: bool) -> Option<Words> {
    if path.is_dir() {
        return Some(i18n::PATH_IS_FOLDER);
    }
    if !saving {
        return (!path.is_file()).then_some(i18n::PATH_NONE);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let there = folder.is_none_or(Path::is_dir) && path.file_name().is_some();
    (!there).then_some(i18n::PATH_NO_FOLDER)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAVING: For = For { saving: true, ending: "kdl" };
    const OPENING: For = For { saving: false, ending: "kdl" };

    fn folder() -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["alpha one.kdl", "alpha two.kdl", "锁.kdl", ".hidden"] {
            std::fs::File::create_new(folder.path().join(name)).unwrap();
        }
        std::fs::create_dir(folder.path().join("Alphabet")).unwrap();
        let start = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
        (folder, start)
    }

    #[test]
    fn a_name_is_completed_as_far_as_it_is_certain() {
        let (_folder, start) = folder();
        let complete = |typed: &str| {
            let text = format!("{start}{typed}");
            let mut field = PathField { names: (text.clone(), names(&text, OPENING)), text, ..PathField::default() };
            field.complete();
            field.text[start.len()..].to_owned()
        };
        assert_eq!(complete("alpha "), "alpha ");
        assert_eq!(complete("alpha o"), "alpha one.kdl");
        assert_eq!(complete("锁"), "锁.kdl");
        assert_eq!(complete("ALPHAB"), format!("Alphabet{}", std::path::MAIN_SEPARATOR));
        assert_eq!(complete("nothing"), "nothing");
    }

    #[test]
    fn what_can_be_opened_comes_first_then_folders_and_pictures_not_at_all() {
        let (folder, start) = folder();
        for name in ["a.png", "A.JPG", "b.coretrace", "notes.txt", "plain"] {
            std::fs::File::create_new(folder.path().join(name)).unwrap();
        }
        let within = |name: &str| format!("{name}{}", std::path::MAIN_SEPARATOR);
        let first = ["alpha one.kdl", "alpha two.kdl", "b.coretrace", "锁.kdl"];
        let expect = |last: &[&str]| [&first, [within("Alphabet").as_str()].as_slice(), last].concat().join(" ");
        assert_eq!(names(&start, OPENING).join(" "), expect(&["notes.txt", "plain"]));
        let pictures = For { saving: true, ending: "png" };
        assert_eq!(names(&start, pictures)[..2], ["a.png".to_owned(), within("Alphabet")]);
    }

    #[test]
    fn hidden_names_are_listed_only_when_asked_for() {
        let (_folder, start) = folder();
        assert!(!names(&start, SAVING).contains(&".hidden".to_owned()));
        assert_eq!(names(&format!("{start}.h"), SAVING), [".hidden"]);
        assert_eq!(names(&format!("{start}nowhere/"), SAVING), [""; 0]);
    }

    #[test]
    fn an_ending_is_added_and_what_cannot_be_is_said() {
        let (_folder, start) = folder();
        let path = |typed: &str| full(&format!("{start}{typed}"), SAVING);
        assert!(path("new").ends_with("new.kdl") && path("new.txt").ends_with("new.txt"));
        let told = |typed: &str, saving| problem(&path(typed), saving).map(|words| words.en);
        assert_eq!(told("new", true), None);
        assert_eq!(told("nowhere/new", true), Some(i18n::PATH_NO_FOLDER.en));
        assert_eq!(told("Alphabet", true), Some(i18n::PATH_IS_FOLDER.en));
        assert_eq!(told("missing", false), Some(i18n::PATH_NONE.en));
        assert_eq!(told("锁", false), None);
    }
}
