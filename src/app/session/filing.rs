//! Opening and saving, as the session does it: asking where, reading, writing, noticing that a file has changed.

use std::path::{Path, PathBuf};

use super::{Origin, Session};
use crate::app::files::{self, Dialog, Purpose, Reply};
use crate::app::reading;
use crate::app::watcher::Watcher;
use crate::export::report;
use crate::lang::{Told, Words};
use crate::scenario::library;
use crate::scenario::template::TEMPLATES;
use crate::trace::file;
use crate::ui::command::{Arrange, PanelKind};
use crate::ui::i18n::{self, fill};
use crate::ui::state::Question;

/// Who has changed the text so lately may be typing on, in seconds.
const TYPING_SECONDS: f64 = 1.5;

/// What is told of a file.
fn about(words: Words, path: &Path) -> Told {
    Told::of(|lang| fill(words.get(lang), &[&path.display().to_string()]))
}

impl Session {
    /// A name to save as, with this ending.
    pub(super) fn proposed(&self, ending: &str) -> PathBuf {
        match &self.origin {
            Origin::File(path) | Origin::Trace(path) => path.with_extension(ending),
            Origin::BuiltIn(name) => PathBuf::from(format!("{name}.{ending}")),
            Origin::New => PathBuf::from(format!("scenario.{ending}")),
        }
    }

    /// Where to look for what to open: where what is open lies, written so that a name can follow.
    pub(super) fn folder(&self) -> PathBuf {
        match &self.origin {
            Origin::File(path) | Origin::Trace(path) => path.parent().map(|folder| folder.join("")).unwrap_or_default(),
            Origin::BuiltIn(_) | Origin::New => PathBuf::new(),
        }
    }

    /// Has a dialog opened by whoever shows the window.
    pub(super) fn ask(&mut self, purpose: Purpose, proposed: PathBuf) {
        if self.dialog.is_none() {
            self.wanted = Some((purpose, proposed));
        }
    }

    /// Opens the dialog that is wanted, over the window of `frame`; without one a field in the window takes the path.
    pub fn open_dialog(&mut self, frame: Option<&eframe::Frame>) {
        let Some((purpose, proposed)) = self.wanted.take() else { return };
        let wake = self.wake.clone();
        self.dialog = Some(match frame {
            Some(frame) => Dialog::open(purpose, proposed, frame, move || wake.request_repaint()),
            None => Dialog::none(purpose, proposed),
        });
        self.wake.request_repaint();
    }

    /// Takes in what came of a dialog. Where none answers, a field in the window takes the path.
    pub(super) fn dialog_closed(&mut self) {
        let Some(reply) = self.dialog.as_ref().and_then(Dialog::reply) else { return };
        match reply {
            Reply::Path(path) => self.path_chosen(path),
            Reply::Cancelled => {
                self.dialog = None;
                self.go_on = None;
            }
            Reply::NoDialog => {
                if let Some(dialog) = self.dialog.as_ref().filter(|_| self.question.is_none()) {
                    let saving = dialog.purpose != Purpose::Open;
                    let (proposed, ending) = (dialog.proposed.clone(), dialog.purpose.ending());
                    self.question = Some(Question::Path { saving, proposed, ending });
                }
            }
        }
    }

    /// A dialog gave a path. A name without an ending gets one; what that would replace, the dialog has not asked about: the
    /// window does.
    fn path_chosen(&mut self, path: PathBuf) {
        let Some(dialog) = self.dialog.as_ref().filter(|dialog| dialog.purpose != Purpose::Open && path.extension().is_none())
        else {
            return self.path_given(path);
        };
        let ending = dialog.purpose.ending();
        let proposed = path.with_extension(ending);
        if proposed.exists() {
            let dialog = self.dialog.take().expect("it was there just now");
            self.dialog = Some(Dialog::none(dialog.purpose, proposed));
        } else {
            self.path_given(proposed);
        }
    }

    /// The path is known, from a dialog or typed.
    pub(super) fn path_given(&mut self, path: PathBuf) {
        self.question = self.question.take().filter(|question| !matches!(question, Question::Path { .. }));
        let Some(dialog) = self.dialog.take() else { return };
        match dialog.purpose {
            Purpose::Open => self.open_path(path),
            Purpose::Save => drop(self.save_to(path)),
            Purpose::SaveThenGoOn => {
                if self.save_to(path) {
                    self.go_on();
                }
            }
            Purpose::Trace => self.save_trace(&path),
            Purpose::Picture(panel) => self.picture = Some((panel, path)),
        }
    }

    /// Opens a scenario or a saved trace; by its ending, or by its first bytes.
    pub fn open_path(&mut self, path: PathBuf) {
        if let Some(entry) = path.to_str().and_then(library::find).filter(|_| !path.exists()) {
            return self.open_built_in(entry.name);
        }
        let path = files::absolute(path);
        if path.extension().is_some_and(|ending| ending == "coretrace") || reading::begins_with(&path, &file::MAGIC) {
            return self.open_trace(path);
        }
        match files::read_text(&path) {
            Ok(text) => {
                self.leave_run();
                self.verdicts.clear();
                self.settings.opened(&path);
                self.store.keep_settings(&self.settings);
                self.set_text(text, Origin::File(path));
                if self.is_checked() && self.is_wrong() {
                    self.arrange(Arrange::Front(PanelKind::Problems));
                }
            }
            Err(told) => self.failed(told),
        }
    }

    fn open_trace(&mut self, path: PathBuf) {
        let read = files::read_trace(&path).and_then(|bytes| {
            file::read(&bytes).map_err(|error| files::not_read(&path, |lang| reading::why_no_run(error, lang)))
        });
        match read {
            Ok(opened) => {
                self.settings.opened(&path);
                self.store.keep_settings(&self.settings);
                self.set_text(opened.trace.header.text.clone(), Origin::Trace(path));
                self.show_run(opened.trace);
                self.notice = None;
                if let Some(missing) = opened.missing {
                    self.failed(Told::of(|lang| report::missing_text(&missing, lang)));
                }
            }
            Err(told) => self.failed(told),
        }
    }

    /// Saves where the text came from, or asks where.
    pub(super) fn save(&mut self) {
        match self.origin.clone() {
            Origin::File(path) => drop(self.save_to(path)),
            Origin::New | Origin::BuiltIn(_) | Origin::Trace(_) => self.ask(Purpose::Save, self.proposed("kdl")),
        }
    }

    /// Saves, and then does what was put off.
    pub(super) fn save_then_go_on(&mut self) {
        match self.origin.clone() {
            Origin::File(path) => {
                if self.save_to(path) {
                    self.go_on();
                }
            }
            Origin::New | Origin::BuiltIn(_) | Origin::Trace(_) => self.ask(Purpose::SaveThenGoOn, self.proposed("kdl")),
        }
    }

    fn save_to(&mut self, path: PathBuf) -> bool {
        let path = files::absolute(path);
        let same_file = matches!(&self.origin, Origin::File(origin) if *origin == path);
        if same_file && files::changed(&path) != self.on_disk && files::changed(&path).is_some() {
            self.look_at_disk();
            if self.question.is_some() {
                return false;
            }
        }
        match files::write(&path, self.document.text().as_bytes()) {
            Ok(()) => {
                self.saved = self.document.text().to_owned();
                self.is_gone = false;
                self.on_disk = files::changed(&path);
                self.settings.opened(&path);
                self.store.keep_settings(&self.settings);
                self.forget();
                self.done(about(i18n::SAVED, &path));
                self.origin = Origin::File(path);
                true
            }
            Err(told) => {
                self.failed(told);
                false
            }
        }
    }

    fn save_trace(&mut self, path: &Path) {
        let Some(runner) = &self.runner else { return };
        let mut bytes = Vec::new();
        let written = file::write(&runner.trace, &mut bytes).map_err(|error| Told::of(|_| error.to_string()));
        match written.and_then(|()| files::write(path, &bytes)) {
            Ok(()) => self.done(about(i18n::WRITTEN, path)),
            Err(told) => self.failed(told),
        }
    }

    /// Writes the picture that was taken.
    pub fn picture_taken(&mut self, path: &Path, picture: &egui::ColorImage) {
        let encoded = crate::picture::png::encode(picture).map_err(|error| Told::of(|_| error.to_string()));
        match encoded.and_then(|bytes| files::write(path, &bytes)) {
            Ok(()) => self.done(about(i18n::WRITTEN, path)),
            Err(told) => self.failed(told),
        }
    }

    /// Has the open file watched, and looks at it when something has happened to it.
    pub(super) fn watch(&mut self) {
        let file = if let Origin::File(path) = &self.origin { Some((path.clone(), self.on_disk)) } else { None };
        if self.watcher.is_none() && file.is_some() {
            let wake = self.wake.clone();
            self.watcher = Watcher::start(move || wake.request_repaint());
        }
        let Some(watcher) = &mut self.watcher else { return };
        watcher.watch(file);
        // A question that is open is answered first: then the file is looked at once more. Who types is not interrupted.
        let is_quiet = self.now - self.changed_at >= TYPING_SECONDS;
        if self.question.is_none() && is_quiet && watcher.has_noticed() {
            self.look_at_disk();
        }
    }

    /// Seconds until the file is to be looked at, if another program has changed it while somebody types.
    pub(super) fn look_due(&self) -> Option<f64> {
        let noticed = self.question.is_none() && self.watcher.as_ref().is_some_and(Watcher::will_tell);
        noticed.then(|| (self.changed_at + TYPING_SECONDS - self.now).max(0.0))
    }

    /// Asks what to do when the file was changed by another program; called when the window gets the focus.
    pub fn look_at_disk(&mut self) {
        let Origin::File(path) = self.origin.clone() else { return };
        let now = files::changed(&path);
        if now == self.on_disk || self.question.is_some() {
            return;
        }
        self.on_disk = now;
        let theirs = now.and_then(|_| files::read_text(&path).ok());
        match theirs {
            Some(theirs) if theirs == self.document.text() => self.saved = theirs,
            Some(theirs) => self.question = Some(Question::Changed { name: self.name(), theirs }),
            None => {
                self.is_gone = true;
                self.hold();
                self.keep();
                self.failed(about(i18n::GONE_FROM_DISK, &path));
            }
        }
    }

    /// Shows a text that was read elsewhere.
    pub fn show(&mut self, name: &str, text: String, path: Option<PathBuf>) {
        let built_in = library::find(name).filter(|entry| entry.text == text).map(|entry| Origin::BuiltIn(entry.name));
        self.leave_run();
        let file = path.map(|path| Origin::File(files::absolute(path)));
        self.set_text(text, built_in.or(file).unwrap_or(Origin::New));
    }

    pub(super) fn open_template(&mut self, index: usize) {
        let Some(template) = TEMPLATES.get(index) else { return };
        self.leave_run();
        self.verdicts.clear();
        self.set_text(template.file(), Origin::New);
    }

    pub(super) fn open_new(&mut self) {
        self.leave_run();
        self.verdicts.clear();
        self.set_text(String::new(), Origin::New);
        // What it is to be built of, and where.
        self.arrange(Arrange::Front(PanelKind::Palette));
        self.arrange(Arrange::Front(PanelKind::Blocks));
    }

    pub(super) fn open_built_in(&mut self, name: &str) {
        let Some(entry) = library::find(name) else { return };
        self.leave_run();
        self.verdicts.clear();
        self.set_text(entry.text.to_owned(), Origin::BuiltIn(entry.name));
    }
}
