//! Where the panels stand: at first, as the user has moved them, and as it was left the last time.
//! A layout that does not fit this window's panels is none: it is never worth a failed start. Draws nothing.

use std::collections::BTreeSet;

use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};

use super::command::{Arrange, PanelKind};

/// Raised when a layout written before would look wrong now.
const VERSION: u32 = 5;

/// Containers in containers: more than anybody makes by hand.
const DEEPEST: usize = 32;

/// Where the panels stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    pub(super) tree: Tree<PanelKind>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Kept<T> {
    version: u32,
    tree: T,
}

impl Default for Layout {
    /// The library and the palette on the left; text and blocks in the middle, what they print and come to below; cores, locks, levels and tasks on the right.
    fn default() -> Self {
        let mut tiles = Tiles::default();
        let tabs = |tiles: &mut Tiles<PanelKind>, panels: &[PanelKind]| {
            let ids: Vec<TileId> = panels.iter().map(|panel| tiles.insert_pane(*panel)).collect();
            let mut tabs = Tabs::new(ids.clone());
            tabs.active = ids.first().copied();
            tiles.insert_container(Container::Tabs(tabs))
        };
        let library = tabs(&mut tiles, &[PanelKind::Library, PanelKind::Palette]);
        let editor = tabs(&mut tiles, &[PanelKind::Editor]);
        let blocks = tabs(&mut tiles, &[PanelKind::Blocks]);
        let below = tabs(&mut tiles, &[PanelKind::Verdict, PanelKind::Output, PanelKind::Problems, PanelKind::History]);
        let cores = tabs(&mut tiles, &[PanelKind::Cores]);
        let locks = tabs(&mut tiles, &[PanelKind::Locks, PanelKind::Levels, PanelKind::Tasks, PanelKind::Variables]);
        let mut split = |direction: LinearDir, parts: &[(TileId, f32)]| {
            let mut linear = Linear::new(direction, parts.iter().map(|(id, _)| *id).collect());
            for (id, share) in parts {
                linear.shares.set_share(*id, *share);
            }
            tiles.insert_container(Container::Linear(linear))
        };
        let sources = split(LinearDir::Horizontal, &[(editor, 1.15), (blocks, 1.0)]);
        let middle = split(LinearDir::Vertical, &[(sources, 2.6), (below, 1.0)]);
        let right = split(LinearDir::Vertical, &[(cores, 1.0), (locks, 1.15)]);
        let root = split(LinearDir::Horizontal, &[(library, 0.48), (middle, 1.9), (right, 1.2)]);
        Self { tree: Tree::new(egui::Id::unique("desk"), root, tiles) }
    }
}

impl Layout {
    /// As it is written down.
    ///
    /// # Errors
    /// Never, as far as is known: a tree of numbers and names can be written.
    pub fn write(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Kept { version: VERSION, tree: &self.tree })
    }

    /// What was written down, if it is a whole layout of this window's panels.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let kept: Kept<Tree<PanelKind>> = serde_json::from_slice(bytes).ok()?;
        let Kept { version: VERSION, mut tree } = kept else { return None };
        if !is_whole(&tree) {
            return None;
        }
        tree.set_width(f32::INFINITY);
        tree.set_height(f32::INFINITY);
        Some(Self { tree })
    }

    /// Does what is asked.
    pub fn arrange(&mut self, asked: Arrange) {
        match asked {
            Arrange::Reset => *self = Self::default(),
            Arrange::Hide(panel) => self.set_shown(panel, false),
            Arrange::Show(panel) => {
                self.set_shown(panel, true);
                self.bring_to_front(panel);
            }
            Arrange::Front(panel) => self.bring_to_front(panel),
        }
    }

    /// Whether a panel is on the desk, be it behind others.
    #[must_use]
    pub fn is_shown(&self, panel: PanelKind) -> bool {
        self.tree.tiles.find_pane(&panel).is_some_and(|tile| self.tree.is_visible(tile))
    }

    fn set_shown(&mut self, panel: PanelKind, shown: bool) {
        if let Some(tile) = self.tree.tiles.find_pane(&panel) {
            self.tree.set_visible(tile, shown);
        }
    }

    fn bring_to_front(&mut self, panel: PanelKind) {
        if self.is_shown(panel) {
            self.tree.make_active(|_, tile| matches!(tile, Tile::Pane(kind) if *kind == panel));
        }
    }
}

/// Points that the library and the palette need, so that their words can be read.
const LEAST_LISTS: f32 = 150.0;

/// A part that has more room for one frame than its share.
#[derive(Debug)]
pub(super) struct Widened {
    root: TileId,
    part: TileId,
    share: f32,
    wider: f32,
}

impl Layout {
    /// In a narrow window, gives the library and the palette the room they need until [`restore`](Self::restore).
    pub(super) fn widen(&mut self, width: f32) -> Option<Widened> {
        let root = self.tree.root()?;
        let mut part = self.tree.tiles.find_pane(&PanelKind::Library)?;
        while let Some(parent) = self.tree.tiles.parent_of(part).filter(|parent| *parent != root) {
            part = parent;
        }
        let visible = |tile: &TileId| self.tree.is_visible(*tile);
        let Some(Container::Linear(linear)) = self.tree.tiles.get_container(root) else { return None };
        if linear.dir != LinearDir::Horizontal || width < 3.0 * LEAST_LISTS {
            return None;
        }
        let share = linear.shares[part];
        let others: f32 =
            linear.children.iter().filter(|child| **child != part && visible(child)).map(|child| linear.shares[*child]).sum();
        let wider = LEAST_LISTS * others / (width - LEAST_LISTS);
        if share >= wider {
            return None;
        }
        self.set_share(root, part, wider);
        Some(Widened { root, part, share, wider })
    }

    /// Gives a part the share it had, unless the user has changed it meanwhile.
    #[expect(clippy::float_cmp, reason = "a share is what it was set to, or another one")]
    pub(super) fn restore(&mut self, Widened { root, part, share, wider }: &Widened) {
        let is_as_set = |container: &Container| matches!(container, Container::Linear(linear) if linear.shares[*part] == *wider);
        if self.tree.tiles.get_container(*root).is_some_and(is_as_set) {
            self.set_share(*root, *part, *share);
        }
    }

    fn set_share(&mut self, root: TileId, part: TileId, share: f32) {
        if let Some(Tile::Container(Container::Linear(linear))) = self.tree.tiles.get_mut(root) {
            linear.shares.set_share(part, share);
        }
    }
}

/// Whether every panel stands in the tree once, every container has its children, and every share is a share.
fn is_whole(tree: &Tree<PanelKind>) -> bool {
    let Some(root) = tree.root() else { return false };
    let (mut seen, mut panels) = (BTreeSet::new(), Vec::new());
    let whole = walk(&tree.tiles, root, DEEPEST, &mut seen, &mut panels);
    panels.sort_unstable();
    whole && panels == PanelKind::ALL && seen.len() == tree.tiles.len()
}

fn walk(tiles: &Tiles<PanelKind>, at: TileId, depth: usize, seen: &mut BTreeSet<u64>, panels: &mut Vec<PanelKind>) -> bool {
    if depth == 0 || !seen.insert(at.0) {
        return false;
    }
    match tiles.get(at) {
        None => false,
        Some(Tile::Pane(panel)) => {
            panels.push(*panel);
            true
        }
        Some(Tile::Container(container)) => {
            let is_share = |share: f32| share.is_finite() && share > 0.0;
            let fits = match container {
                Container::Linear(linear) => linear.shares.iter().all(|(_, share)| is_share(*share)),
                Container::Grid(grid) => grid.col_shares.iter().chain(&grid.row_shares).all(|share| is_share(*share)),
                Container::Tabs(_) => true,
            };
            fits && container.children().all(|child| walk(tiles, *child, depth - 1, seen, panels))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut layout = Layout::default();
        layout.arrange(Arrange::Hide(PanelKind::Blocks));
        layout.arrange(Arrange::Front(PanelKind::Tasks));
        let read = Layout::read(&layout.write().unwrap()).expect("a whole layout");
        assert_eq!(read, layout);
        assert!(!read.is_shown(PanelKind::Blocks) && read.is_shown(PanelKind::Tasks));
    }

    #[test]
    fn a_panel_hidden_is_shown_again_in_its_place() {
        let (mut layout, first) = (Layout::default(), Layout::default());
        layout.arrange(Arrange::Hide(PanelKind::Library));
        assert_ne!(layout, first);
        layout.arrange(Arrange::Front(PanelKind::Library));
        assert!(!layout.is_shown(PanelKind::Library), "only who hid it brings it back");
        layout.arrange(Arrange::Show(PanelKind::Library));
        assert_eq!(layout, first);
    }

    #[test]
    fn a_narrow_window_widens_the_lists_and_leaves_the_layout_as_it_was() {
        let (mut layout, first) = (Layout::default(), Layout::default());
        assert!(layout.widen(1_600.0).is_none(), "there is room");
        let widened = layout.widen(800.0).unwrap();
        let total = widened.wider + 1.9 + 1.2;
        assert!((widened.wider / total * 800.0 - LEAST_LISTS).abs() < 0.5, "{widened:?}");
        assert_ne!(layout, first);
        layout.restore(&widened);
        assert_eq!(layout, first);
        // Who drags the edge meanwhile keeps what was chosen.
        let widened = layout.widen(800.0).unwrap();
        layout.set_share(widened.root, widened.part, 0.9);
        layout.restore(&widened);
        assert_ne!(layout, first);
    }

    #[test]
    fn a_layout_that_does_not_fit_is_none() {
        let text = String::from_utf8(Layout::default().write().unwrap()).unwrap();
        assert!(Layout::read(text.as_bytes()).is_some());
        for (this, that) in [
            ("\"version\":5", "\"version\":0"),
            ("\"Library\"", "\"Kitchen\""),
            ("\"Library\"", "\"Editor\""),
            ("1.9", "-1.9"),
            ("1.9", "0.0"),
            ("}", ""),
        ] {
            assert!(text.contains(this), "{this} in {text}");
            assert!(Layout::read(text.replace(this, that).as_bytes()).is_none(), "{this} → {that}");
        }
        assert!(Layout::read(b"").is_none());
    }

    #[test]
    fn a_layout_that_runs_in_a_circle_is_none() {
        let mut layout = Layout::default();
        let root = layout.tree.root().unwrap();
        let library = layout.tree.tiles.find_pane(&PanelKind::Library).unwrap();
        layout.tree.tiles.insert(library, Tile::Container(Container::Tabs(Tabs::new(vec![root]))));
        assert!(!is_whole(&layout.tree));
    }
}
