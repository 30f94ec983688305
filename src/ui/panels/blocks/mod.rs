//! The blocks panel: the scenario as stacks of tiles that are dragged, edited, wrapped and moved, by pointer or by keys alone.
//! It remembers what is folded, selected and under way; every change it makes is an edit of the text, asked for and not made here.

mod action;
mod aside;
mod drag;
mod field;
mod figures;
mod keys;
mod menu;
mod note;
mod offer;
mod palette;
mod perform;
mod tell;
mod tile;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{DragAndDrop, EventFilter, Id, Pos2, Rect, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

pub use action::BlockAction;
use drag::{Dragged, Moving, Taken};
use field::{Editing, Naming};
use note::{OnNote, note_of};
use palette::{Chooser, Palette, Picked};
use tile::Tile;

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::id::BlockId;
use crate::lang::Lang;
use crate::scenario::Scenario;
use crate::scenario::template::TEMPLATES;
use crate::scenario::write::{Slot, at_word, find};
use crate::ui::kit::asked::Asked;
use crate::ui::kit::key_order::KeyOrder;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::tip;
use crate::view::blocks::{FieldId, Gap, Heat, Key, Row, Sheet, What, in_words};

/// What the panel remembers.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, asked for on its own")]
pub(in crate::ui) struct BlocksPanel {
    folded: BTreeSet<Key>,
    sheet: Sheet,
    /// The version of the blocks that its rows are of; none when they are to be made anew.
    made: Option<u64>,
    /// The problems inside each block's own line, by their number, the worst first; of which version's blocks.
    problems: Option<(u64, usize, BTreeMap<BlockId, Vec<usize>>)>,
    /// All that is selected; the one selected everywhere is among them.
    selection: BTreeSet<BlockId>,
    /// Where a selection of several began.
    anchor: Option<BlockId>,
    /// The comment that keys stand on instead of a block.
    on_note: Option<OnNote>,
    /// A menu of blocks was in view in the last frame, and is in this one.
    menu_was_shown: bool,
    menu_shown: bool,
    /// The selection last shown: another one is scrolled to.
    shown: Option<BlockId>,
    /// A row to be brought into view.
    reveal: Option<usize>,
    /// So many points further down, while something is dragged to an edge.
    scroll: f32,
    /// Which text it was shown for: another one begins at its top.
    opened: u64,
    /// What was in view: from where, how high.
    view: (f32, f32),
    editing: Option<Editing>,
    /// A value to go on with when the text has changed; none for the block's first.
    edit_next: Option<(BlockId, Option<FieldId>)>,
    /// The version that a change was asked for of: what is begun meanwhile waits for the next.
    changing: Option<u64>,
    /// What is typed into a value counts now.
    settles: bool,
    naming: Option<Naming>,
    moving: Option<Moving>,
    choosing: Option<(Chooser, Option<Pos2>)>,
    /// Where the words of the blocks begin that are to be selected once the text is that of another version than this.
    awaited: Option<(u64, Vec<usize>)>,
    /// What is to be done, asked for outside.
    queue: Vec<BlockAction>,
    /// What was done or refused: at the foot of the panel until something else is.
    said: String,
    /// The block keys have come to, for screen readers.
    heard: String,
    takes_focus: bool,
    /// What had the focus in the last frame.
    had_focus: Option<Id>,
    palette: Palette,
}

/// What is to be shown.
pub(in crate::ui) struct Shown<'a> {
    /// The last scenario that could be read.
    pub(in crate::ui) scenario: &'a Scenario,
    /// The text it was read from.
    pub(in crate::ui) text: &'a str,
    /// The nodes of the text as it is now: those of `text` unless that is stale.
    pub(in crate::ui) document: &'a Document,
    /// Changes whenever they do.
    pub(in crate::ui) version: u64,
    /// Changes whenever another text takes its place.
    pub(in crate::ui) opened: u64,
    /// Whether the text has moved on: nothing can be changed here.
    pub(in crate::ui) stale: bool,
    /// Whether it has to one that cannot be read.
    pub(in crate::ui) unreadable: bool,
    /// There is a run, of another text than this: its heat is that of what the blocks were then.
    pub(in crate::ui) is_edited: bool,
    /// The selected block.
    pub(in crate::ui) selected: Option<BlockId>,
    /// Those that a step of the history has selected, in this frame: the bytes at which their words begin.
    pub(in crate::ui) marked: Option<&'a [usize]>,
    /// What is wrong with the text.
    pub(in crate::ui) diagnostics: &'a [Diagnostic],
    /// What a run of this very text tells, by block; empty without one.
    pub(in crate::ui) heat: &'a [Heat],
    pub(in crate::ui) lang: Lang,
}

/// How much is left of the colours of a block that does not run.
const FAINT: f32 = 0.55;

/// A frame that took longer scrolls no further than this one, in seconds.
const LONGEST_FRAME: f32 = 0.05;

/// The rows as they lie on the panel in this frame.
#[derive(Debug, Clone, Copy)]
struct Lie {
    /// Where the first row begins, in view or not.
    origin: Pos2,
    row_height: f32,
    view: Rect,
}

impl BlocksPanel {
    /// The name of the widget that has the focus while keys work on blocks.
    fn focus_id() -> Id {
        Id::unique("blocks of the scenario")
    }

    /// Whether blocks are dragged, from wherever.
    pub(in crate::ui) fn is_dragging(ui: &Ui) -> bool {
        DragAndDrop::has_payload_of_type::<Dragged>(ui.ctx())
    }

    /// Whether keys work on the blocks.
    pub(in crate::ui) fn has_keys(ui: &Ui) -> bool {
        ui.memory(|memory| memory.has_focus(Self::focus_id()))
    }

    /// Asks for something to be done to the selected blocks in the next frame.
    pub(in crate::ui) fn perform_later(&mut self, action: BlockAction) {
        self.queue.push(action);
        self.takes_focus = true;
    }

    /// What is being typed into a value counts from the next frame on.
    pub(in crate::ui) const fn settle(&mut self) {
        self.settles = true;
    }

    /// What is being typed into a value counts: what to ask for, though nothing is drawn any more.
    pub(in crate::ui) fn typed(&mut self, shown: &Shown<'_>) -> Vec<Asked> {
        let mut asked = Vec::new();
        if !shown.stale {
            self.end_typing(shown, &mut asked);
        }
        asked
    }

    /// All that is selected, as of the last frame.
    pub(in crate::ui) const fn selection(&self) -> &BTreeSet<BlockId> {
        &self.selection
    }

    /// Keys work on the blocks from now on.
    pub(in crate::ui) const fn focus(&mut self) {
        self.takes_focus = true;
    }

    /// The palette's search is typed into from now on.
    pub(in crate::ui) const fn focus_palette(&mut self) {
        self.palette.takes_focus = true;
    }

    /// Shows the palette; what the user asks for.
    pub(in crate::ui) fn palette_ui(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>) -> Vec<Asked> {
        let mut asked = Vec::new();
        match self.palette.ui(ui, theme, shown.opened, shown.lang) {
            Some(Picked::Kind(kind)) => self.insert_kind(shown, kind, None, &mut asked),
            Some(Picked::Template(template)) => self.insert_template(shown, template, &mut asked),
            None => {}
        }
        asked
    }

    /// Shows the panel; what the user asks for.
    pub(in crate::ui) fn ui(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>) -> Vec<Asked> {
        let mut asked = Vec::new();
        self.prepare(shown, &mut asked);
        if std::mem::take(&mut self.settles) {
            self.end_typing(shown, &mut asked);
        }
        // Whoever closes the menu goes on by keys where they were, unless it led elsewhere.
        let is_closed = self.menu_was_shown && !self.menu_shown;
        self.takes_focus |= is_closed && ui.memory(|memory| memory.focused().is_none());
        self.menu_was_shown = std::mem::take(&mut self.menu_shown);
        let rows = Arc::clone(self.sheet.rows());
        let rows = rows.as_slice();
        let area = ui.available_rect_before_wrap();
        let panel = ui.interact(area, Self::focus_id(), Sense::click());
        panel.widget_info(|| WidgetInfo::labeled(Role::Tree, true, words::TREE.get(shown.lang)));
        if panel.clicked() || std::mem::take(&mut self.takes_focus) {
            panel.request_focus();
        }
        let has_focus = panel.has_focus();
        if has_focus {
            let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: true };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(panel.id, filter));
        }
        for action in std::mem::take(&mut self.queue) {
            self.perform(ui, shown, rows, action, &mut asked);
        }
        if has_focus && self.editing.is_none() && self.naming.is_none() && self.choosing.is_none() && !self.menu_was_shown {
            self.keys(ui, shown, rows, &mut asked);
        }
        if rows.is_empty() && !shown.stale {
            aside::empty_ui(ui, theme, area, shown.lang);
        }
        let foot = self.foot(ui, theme, shown, rows);
        let height = area.height() - foot.height();
        let lie = self.tiles_ui(ui, theme, shown, rows, (has_focus, height), &mut asked);
        self.drop_ui(ui, theme, shown, rows, lie, &mut asked);
        self.choose_ui(ui, theme, shown, lie, rows, &mut asked);
        self.name_ui(ui, theme, shown, lie, rows, &mut asked);
        // Below the bar that scrolls sideways, too.
        self.foot_ui(ui, theme, lie.view.with_min_y(area.top() + height).with_max_y(area.bottom()), foot);
        let menu = panel.context_menu(|ui| self.menu(ui, shown));
        self.menu_shown |= menu.is_some();
        KeyOrder::next(ui.ctx(), self.pace(ui, &asked));
        asked
    }

    /// Takes notice of a text or selection that is another one now.
    fn prepare(&mut self, shown: &Shown<'_>, asked: &mut Vec<Asked>) {
        // What was said of the last change is no longer so when another one was made elsewhere.
        let before = self.made;
        if before.is_some_and(|before| before != shown.version && self.changing != Some(before)) {
            self.said.clear();
        }
        if self.made != Some(shown.version) {
            self.sheet.follow(shown.scenario, shown.text, &self.folded);
            self.made = Some(shown.version);
            let rows = Arc::clone(self.sheet.rows());
            self.follow_note(&rows, asked);
            (self.moving, self.editing, self.naming) = (None, None, None);
        }
        if shown.stale {
            (self.editing, self.moving, self.naming, self.choosing) = (None, None, None, None);
        }
        if let Some(marked) = shown.marked {
            self.selection.clear();
            self.awaited = Some((u64::MAX, marked.to_vec())).filter(|_| !marked.is_empty());
        }
        let mut stands_on_note = false;
        if let Some((_, words)) = self.awaited.take_if(|(version, _)| *version != shown.version).filter(|_| !shown.stale) {
            let found: BTreeSet<BlockId> = words.iter().filter_map(|word| at_word(shown.scenario, *word)).collect();
            if let Some(first) = found.first() {
                asked.push(Asked::Select(Some(*first)));
                self.anchor = Some(*first);
                self.shown = None;
                self.selection = found;
                self.on_note = None;
            } else {
                let rows = Arc::clone(self.sheet.rows());
                let of_note = |row: &Row| note_of(row).is_some_and(|note| words.contains(&note.span.start));
                if let Some(index) = rows.iter().position(of_note) {
                    self.stand_on(&rows[index], index, shown.lang, asked);
                    self.reveal = Some(index);
                    stands_on_note = true;
                }
            }
        } else if self.awaited.is_none() && shown.selected.is_none_or(|selected| !self.selection.contains(&selected)) {
            self.selection = shown.selected.into_iter().collect();
            self.anchor = shown.selected;
        }
        if shown.selected.is_some() && !stands_on_note {
            self.on_note = None;
        }
        let last = BlockId(shown.scenario.block_count);
        self.selection.retain(|block| *block < last);
        if let Some((block, field)) = self.edit_next.take()
            && !shown.stale
            && let Some(found) = find(shown.scenario, block)
        {
            self.editing = Editing::begin(found, shown.text, field);
        }
        if self.problems.as_ref().is_none_or(|(version, count, _)| (*version, *count) != (shown.version, shown.diagnostics.len()))
        {
            self.problems = Some((shown.version, shown.diagnostics.len(), problems(shown)));
        }
    }

    fn tiles_ui(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        rows: &[Row],
        (has_focus, height): (bool, f32),
        asked: &mut Vec<Asked>,
    ) -> Lie {
        let row_height = tile::height(ui);
        let mut area = ScrollArea::both().id_salt("blocks").auto_shrink(false).max_height(height);
        if std::mem::replace(&mut self.opened, shown.opened) != shown.opened {
            area = area.scroll_offset(egui::Vec2::ZERO);
        }
        if self.shown != shown.selected {
            self.shown = shown.selected;
            self.reveal = rows.iter().position(|row| row.is_block() && Some(row.block) == shown.selected);
        }
        #[expect(clippy::cast_precision_loss, reason = "some thousand rows")]
        let whole = row_height * rows.len() as f32;
        let further = std::mem::take(&mut self.scroll);
        let further = (further != 0.0).then(|| (self.view.0 + further).clamp(0.0, (whole - self.view.1).max(0.0)));
        if let Some(offset) = self.reveal.take().and_then(|index| scrolled(self.view, index, row_height)).or(further) {
            area = area.vertical_scroll_offset(offset);
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let right = ui.available_rect_before_wrap().right();
        let mut origin = ui.available_rect_before_wrap().min;
        let output = area.show_rows(ui, row_height, rows.len(), |ui, range| {
            #[expect(clippy::cast_precision_loss, reason = "some thousand rows at most")]
            let above = range.start as f32 * row_height;
            origin = ui.cursor().min - vec2(0.0, above);
            let opacity = ui.opacity();
            for index in range {
                let row = &rows[index];
                // What does not run, and what is older than the text, is faint.
                ui.set_opacity(if row.is_off || shown.unreadable { opacity * FAINT } else { opacity });
                match &row.what {
                    What::Hole => self.hole(ui, theme, shown, row, row_height),
                    What::Note(note) => self.note(ui, theme, shown, (row, index, note), has_focus, row_height, asked),
                    What::Block => self.tile(ui, theme, shown, rows, row, has_focus, right, asked),
                }
            }
            ui.set_opacity(opacity);
        });
        self.view = (output.state.clamped_offset().y, output.inner_rect.height());
        Lie { origin, row_height, view: output.inner_rect }
    }

    fn hole(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>, row: &Row, row_height: f32) {
        let response = tile::hole_ui(ui, theme, row, row_height, shown.lang);
        if response.clicked() && !shown.stale {
            self.selection = [row.block].into();
            self.choosing = Some((Chooser::default(), Some(response.rect.left_bottom())));
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all that a tile is drawn from")]
    fn tile(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        rows: &[Row],
        row: &Row,
        has_focus: bool,
        right: f32,
        asked: &mut Vec<Asked>,
    ) {
        // Of one selected block that nothing is done to just now.
        let is_asked_of = self.selection.len() == 1 && shown.selected == Some(row.block) && !shown.stale && !self.is_busy(ui);
        let block = if is_asked_of { find(shown.scenario, row.block) } else { None };
        let offers = block.map(|block| offer::offers(block, shown.text)).unwrap_or_default();
        let problems = self.problems.as_ref().and_then(|(_, _, problems)| problems.get(&row.block));
        let problems: Vec<&Diagnostic> = problems.into_iter().flatten().filter_map(|at| shown.diagnostics.get(*at)).collect();
        let tile = Tile {
            row,
            heat: shown.heat.get(row.block.index()),
            selected: self.selection.contains(&row.block),
            lead: has_focus && shown.selected == Some(row.block),
            editing: self.editing.as_ref().filter(|editing| editing.block == row.block).map(Editing::field),
            quiet: self.is_busy(ui),
            offers: block.map(|_| offers.as_slice()),
            problems: &problems,
            lang: shown.lang,
            right,
        };
        let touched = tile.ui(ui, theme, tile::height(ui));
        if shown.selected == Some(row.block) && has_focus {
            let id = touched.response.id;
            ui.ctx().accesskit_node_builder(Self::focus_id(), |node| node.set_active_descendant(id.accesskit_id()));
        }
        if touched.noted && !shown.stale {
            let index = rows.iter().position(|other| other.key == row.key && other.is_block());
            if let (Some(note), Some(index)) = (&row.note, index) {
                self.note_clicked(shown, note, index, asked);
            }
        } else if touched.folded {
            self.fold(row.key);
        } else if touched.offered.is_some() {
            self.begin_edit(shown, row.block, touched.offered, asked);
        } else {
            self.touched(ui, shown, rows, row, &touched.response, touched.field, asked);
        }
        if let Some(slot) = touched.slot {
            self.edit_ui(ui, theme, shown, slot, asked);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what was touched, where, and what to ask for")]
    fn touched(
        &mut self,
        ui: &Ui,
        shown: &Shown<'_>,
        rows: &[Row],
        row: &Row,
        response: &Response,
        field: Option<FieldId>,
        asked: &mut Vec<Asked>,
    ) {
        if response.clicked() {
            let modifiers = ui.input(|input| input.modifiers);
            self.takes_focus = field.is_none();
            self.said.clear();
            self.select(shown, rows, row.block, modifiers.shift, modifiers.command, asked);
            if field.is_some() && !modifiers.shift && !modifiers.command {
                self.begin_edit(shown, row.block, field, asked);
            }
        }
        if response.double_clicked() && self.editing.is_none() && self.edit_next.is_none() {
            self.begin_edit(shown, row.block, None, asked);
        }
        if response.drag_started() && !shown.stale {
            let blocks =
                if self.selection.contains(&row.block) { self.selection.iter().copied().collect() } else { vec![row.block] };
            DragAndDrop::set_payload(ui.ctx(), Dragged::Taken(Taken::Blocks(blocks), shown.version));
        }
        if response.secondary_clicked() && !self.selection.contains(&row.block) {
            self.select(shown, rows, row.block, false, false, asked);
        }
        let menu = response.context_menu(|ui| self.menu(ui, shown));
        self.menu_shown |= menu.is_some();
    }

    /// Something is under way or lies over the blocks: what is explained under the pointer would only hide it.
    fn is_busy(&self, ui: &Ui) -> bool {
        self.editing.is_some()
            || self.moving.is_some()
            || self.choosing.is_some()
            || self.naming.is_some()
            || self.menu_was_shown
            || ui.ctx().memory(|memory| memory.top_modal_layer().is_some())
            || DragAndDrop::has_any_payload(ui.ctx())
    }

    /// Selects a block; with `range` all from where the selection began, with `toggle` beside what is selected.
    fn select(&mut self, shown: &Shown<'_>, rows: &[Row], block: BlockId, range: bool, toggle: bool, asked: &mut Vec<Asked>) {
        self.on_note = None;
        if range && let Some(anchor) = self.anchor.or(shown.selected) {
            let at = |block: BlockId| rows.iter().position(|row| row.is_block() && row.block == block);
            if let (Some(from), Some(to)) = (at(anchor), at(block)) {
                let between = &rows[from.min(to)..=from.max(to)];
                self.selection = between.iter().filter(|row| row.is_block()).map(|row| row.block).collect();
            }
        } else if toggle {
            if !self.selection.remove(&block) || self.selection.is_empty() {
                self.selection.insert(block);
            }
            self.anchor = Some(block);
        } else {
            self.selection = [block].into();
            self.anchor = Some(block);
        }
        if self.selection.len() > 1 {
            self.said = words::SELECTED_COUNT.get(shown.lang).replace("{0}", &self.selection.len().to_string());
        }
        let lead = if self.selection.contains(&block) { Some(block) } else { self.selection.first().copied() };
        self.shown = lead;
        asked.push(Asked::Select(lead));
    }

    fn fold(&mut self, key: Key) {
        if !self.folded.remove(&key) {
            self.folded.insert(key);
        }
        self.made = None;
    }

    /// What hovers over the rows: the mark of a place, and what is put down there.
    fn drop_ui(&mut self, ui: &mut Ui, theme: &Theme, shown: &Shown<'_>, rows: &[Row], lie: Lie, asked: &mut Vec<Asked>) {
        let right = lie.view.right() - 8.0;
        let marked = |gap: Gap| {
            let painter = ui.painter().with_clip_rect(lie.view.expand(2.0));
            drag::mark(&painter, ui.visuals().hyperlink_color, gap, lie.origin, lie.row_height, right);
        };
        if let Some(moving) = &self.moving {
            marked(moving.gap());
        }
        let Some(dragged) = DragAndDrop::payload::<Dragged>(ui.ctx()) else { return };
        let Some(pointer) = ui.input(|input| input.pointer.interact_pos()) else { return };
        dragged.paint(ui, theme, (shown.scenario, shown.text), shown.lang, pointer);
        ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        if shown.stale || !lie.view.expand(4.0).contains(pointer) {
            return;
        }
        let stays = dragged.is_over_itself(shown.scenario, rows, pointer, lie.origin, lie.row_height);
        let gap = if stays { None } else { dragged.gap(shown.scenario, rows, pointer, lie.origin, lie.row_height) };
        if let Some(gap) = gap {
            marked(gap);
        }
        self.scroll = drag::edge_scroll(lie.view, pointer) * ui.input(|input| input.stable_dt.min(LONGEST_FRAME));
        if self.scroll != 0.0 {
            ui.ctx().request_repaint();
        }
        if ui.input(|input| input.pointer.any_released()) {
            DragAndDrop::clear_payload(ui.ctx());
            tip::rest(ui);
            self.takes_focus = true;
            match gap {
                Some(gap) => self.put_down(shown, &dragged, gap.slot, asked),
                None if stays => {}
                None => words::NO_PLACE.get(shown.lang).clone_into(&mut self.said),
            }
        }
    }

    fn put_down(&mut self, shown: &Shown<'_>, dragged: &Dragged, slot: Slot, asked: &mut Vec<Asked>) {
        match dragged {
            Dragged::New(kind) => self.insert_kind(shown, *kind, Some(slot), asked),
            Dragged::Template(index) => self.insert_template(shown, &TEMPLATES[*index], asked),
            Dragged::Taken(taken, version) if *version == shown.version => self.move_there(shown, taken, slot, asked),
            Dragged::Taken(..) => {}
        }
    }
}

/// Where to scroll so that a row is in view; nowhere if it is already.
#[expect(clippy::cast_precision_loss, reason = "at most some thousand rows")]
fn scrolled((offset, height): (f32, f32), index: usize, row_height: f32) -> Option<f32> {
    let top = index as f32 * row_height;
    if offset <= top && top + row_height <= offset + height {
        return None;
    }
    let near = (top - offset).abs() < height * 1.5;
    let target = match (near, top < offset) {
        (true, true) => top,
        (true, false) => top + row_height - height,
        (false, _) => top - (height - row_height) / 2.0,
    };
    Some(target.max(0.0))
}

/// The problems of each block: those whose place is in no block inside it.
fn problems(shown: &Shown<'_>) -> BTreeMap<BlockId, Vec<usize>> {
    let mut problems: BTreeMap<BlockId, Vec<usize>> = BTreeMap::new();
    if shown.stale {
        return problems;
    }
    for (index, told) in shown.diagnostics.iter().enumerate() {
        let Some(block) = crate::view::blocks::block_at(shown.scenario, told.span.start) else { continue };
        problems.entry(block).or_default().push(index);
    }
    for told in problems.values_mut() {
        told.sort_by_key(|index| shown.diagnostics[*index].severity);
    }
    problems
}

/// A block in words, as it is announced.
fn spoken(rows: &[Row], block: BlockId) -> String {
    let row = rows.iter().find(|row| row.is_block() && row.block == block);
    row.map_or_else(String::new, |row| in_words(&row.word, &row.parts))
}
