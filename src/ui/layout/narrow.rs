//! What a narrow window changes: the lists take the room that their words need, and text and blocks stand one behind the other
//! where side by side neither could be read. A wide one brings back what was.

use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId};

use super::Layout;
use crate::ui::command::PanelKind;

/// Points that the library and the palette need, so that their words can be read.
const LEAST_LISTS: f32 = 150.0;

/// A part that has more room for one frame than its share.
#[derive(Debug)]
pub(in crate::ui) struct Widened {
    root: TileId,
    part: TileId,
    share: f32,
    wider: f32,
}

impl Layout {
    /// In a narrow window, gives the library and the palette the room they need until [`restore`](Self::restore).
    pub(in crate::ui) fn widen(&mut self, width: f32) -> Option<Widened> {
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
    pub(in crate::ui) fn restore(&mut self, Widened { root, part, share, wider }: &Widened) {
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

/// Points that text and blocks need together, to stand side by side.
const LEAST_SOURCES: f32 = 480.0;

/// Points from which on they stand side by side again.
const AMPLE_SOURCES: f32 = 520.0;

/// How text and blocks share a place that may be too narrow for both.
#[derive(Debug, Default, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) enum Sources {
    /// As they were put.
    #[default]
    AsPut,
    /// One behind the other while there is no room; these are their shares.
    Stacked { text: f32, blocks: f32 },
    /// The user has parted them in spite of that.
    Parted,
}

/// Where text and blocks stand side by side, each alone under its tab.
#[derive(Debug, Clone, Copy)]
struct Beside {
    linear: TileId,
    text: TileId,
    blocks: TileId,
}

impl Layout {
    /// Stacks text and blocks, or puts them side by side again, as the room they had in the last frame asks for. Stacked, the
    /// blocks are in front if they are what keys go to.
    pub(in crate::ui) fn fit(&mut self, on_blocks: bool) {
        let before = self.sources;
        let place = self.beside().map(|beside| beside.linear).or_else(|| self.stacked());
        if let Some(place) = place.and_then(|tile| self.tree.tiles.rect(tile)) {
            self.fit_to(place.width());
        }
        if on_blocks && self.sources != before && self.stacked().is_some() {
            self.bring_to_front(PanelKind::Blocks);
        }
    }

    fn fit_to(&mut self, width: f32) {
        self.sources = match (self.sources, self.beside(), self.stacked()) {
            (Sources::AsPut, Some(beside), _) if width < LEAST_SOURCES => self.stack(beside),
            (Sources::Stacked { text, blocks }, _, Some(tabs)) if width >= AMPLE_SOURCES => self.unstack(tabs, (text, blocks)),
            (Sources::Stacked { .. }, _, Some(_)) => self.sources,
            (Sources::Stacked { .. } | Sources::Parted, Some(_), _) if width < AMPLE_SOURCES => Sources::Parted,
            _ => Sources::AsPut,
        };
    }

    fn beside(&self) -> Option<Beside> {
        let tiles = &self.tree.tiles;
        let alone = |panel: PanelKind| {
            let pane = tiles.find_pane(&panel).filter(|pane| self.tree.is_visible(*pane))?;
            let tabs = tiles.parent_of(pane)?;
            matches!(tiles.get_container(tabs), Some(Container::Tabs(held)) if held.children == [pane]).then_some(tabs)
        };
        let (text, blocks) = (alone(PanelKind::Editor)?, alone(PanelKind::Blocks)?);
        let linear = tiles.parent_of(text)?;
        match tiles.get_container(linear) {
            Some(Container::Linear(held)) if held.dir == LinearDir::Horizontal && held.children == [text, blocks] => {
                Some(Beside { linear, text, blocks })
            }
            _ => None,
        }
    }

    fn stacked(&self) -> Option<TileId> {
        let tiles = &self.tree.tiles;
        let (text, blocks) = (tiles.find_pane(&PanelKind::Editor)?, tiles.find_pane(&PanelKind::Blocks)?);
        let tabs = tiles.parent_of(text)?;
        matches!(tiles.get_container(tabs), Some(Container::Tabs(held)) if held.children == [text, blocks]).then_some(tabs)
    }

    fn stack(&mut self, Beside { linear, text, blocks }: Beside) -> Sources {
        let tiles = &mut self.tree.tiles;
        let Some(Container::Linear(held)) = tiles.get_container(linear) else { return Sources::AsPut };
        let before = Sources::Stacked { text: held.shares[text], blocks: held.shares[blocks] };
        let panes: Vec<TileId> = [text, blocks]
            .into_iter()
            .filter_map(|tabs| tiles.remove(tabs))
            .filter_map(|tile| if let Tile::Container(tabs) = tile { tabs.children().next().copied() } else { None })
            .collect();
        // The place stays, so that whatever stands around it does.
        let mut tabs = Tabs::new(panes);
        tabs.active = tabs.children.first().copied();
        tiles.insert(linear, Tile::Container(Container::Tabs(tabs)));
        before
    }

    fn unstack(&mut self, tabs: TileId, (text, blocks): (f32, f32)) -> Sources {
        let tiles = &mut self.tree.tiles;
        let Some(Container::Tabs(held)) = tiles.get_container(tabs) else { return Sources::AsPut };
        let parts: Vec<TileId> = held.children.clone().into_iter().map(|pane| tiles.insert_tab_tile(vec![pane])).collect();
        let mut linear = Linear::new(LinearDir::Horizontal, parts.clone());
        for (part, share) in parts.into_iter().zip([text, blocks]) {
            linear.shares.set_share(part, share);
        }
        tiles.insert(tabs, Tile::Container(Container::Linear(linear)));
        Sources::AsPut
    }
}

#[cfg(test)]
mod tests {
    use super::super::is_whole;
    use super::*;
    use crate::ui::command::Arrange;

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
    fn text_and_blocks_stand_one_behind_the_other_where_there_is_no_room() {
        let (mut layout, first) = (Layout::default(), Layout::default());
        layout.fit_to(600.0);
        assert_eq!(layout, first);
        layout.fit_to(400.0);
        let tabs = layout.stacked().expect("both in one place");
        assert!(is_whole(&layout.tree));
        layout.fit_to(500.0);
        assert_eq!(layout.stacked(), Some(tabs), "not to and fro at an edge");
        // What is kept while it is narrow is the same in a wide window.
        layout = Layout::read(&layout.write().unwrap()).unwrap();
        layout.fit_to(600.0);
        assert!(is_whole(&layout.tree));
        let beside = layout.beside().expect("side by side again");
        let Some(Container::Linear(linear)) = layout.tree.tiles.get_container(beside.linear) else { panic!() };
        assert!(linear.shares[beside.text] > linear.shares[beside.blocks], "as wide as they were");
    }

    #[test]
    fn who_parts_them_in_a_narrow_place_keeps_them_so() {
        let mut layout = Layout::default();
        layout.fit_to(400.0);
        let tabs = layout.stacked().unwrap();
        layout.unstack(tabs, (1.0, 1.0));
        layout.fit_to(400.0);
        layout.fit_to(400.0);
        assert!(layout.beside().is_some());
        // Until there was room for both.
        layout.fit_to(600.0);
        layout.fit_to(400.0);
        assert!(layout.stacked().is_some());
    }

    #[test]
    fn with_one_of_them_hidden_the_other_has_the_place() {
        let (mut layout, mut hidden) = (Layout::default(), Layout::default());
        for layout in [&mut layout, &mut hidden] {
            layout.arrange(Arrange::Hide(PanelKind::Blocks));
        }
        layout.fit_to(400.0);
        assert_eq!(layout, hidden);
    }
}
