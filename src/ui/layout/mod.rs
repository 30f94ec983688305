//! Where the panels stand: at first, as the user has moved them, and as it was left the last time.
//! A layout that does not fit this window's panels is none: it is never worth a failed start. Draws nothing.

mod narrow;

use std::collections::BTreeSet;

use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};

use self::narrow::Sources;
use super::command::{Arrange, PanelKind};

/// Raised when a layout written before would look wrong now.
const VERSION: u32 = 5;

/// Containers in containers: more than anybody makes by hand.
const DEEPEST: usize = 32;

/// Where the panels stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    pub(super) tree: Tree<PanelKind>,
    sources: Sources,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Kept<T> {
    version: u32,
    tree: T,
    #[serde(default)]
    sources: Sources,
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
        Self { tree: Tree::new(egui::Id::unique("desk"), root, tiles), sources: Sources::default() }
    }
}

impl Layout {
    /// As it is written down.
    ///
    /// # Errors
    /// Never, as far as is known: a tree of numbers and names can be written.
    pub fn write(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Kept { version: VERSION, tree: &self.tree, sources: self.sources })
    }

    /// What was written down, if it is a whole layout of this window's panels.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let kept: Kept<Tree<PanelKind>> = serde_json::from_slice(bytes).ok()?;
        let Kept { version: VERSION, mut tree, sources } = kept else { return None };
        if !is_whole(&tree) {
            return None;
        }
        tree.set_width(f32::INFINITY);
        tree.set_height(f32::INFINITY);
        Some(Self { tree, sources })
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
