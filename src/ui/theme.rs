//! The only place where a colour or a size is made: light and dark, by role.
//! State and part colours are those of Okabe and Ito, which people with any kind of colour vision tell apart.
#![expect(clippy::disallowed_methods, reason = "colours are made here and nowhere else")]

use egui::style::{Selection, WidgetVisuals, Widgets};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Visuals, vec2};

use super::kit::panel_theme::Theme;
use crate::scenario::highlight::Class;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shade {
    /// Dark writing on light.
    Light,
    /// Light writing on dark.
    #[default]
    Dark,
}

/// Words.
const BODY: f32 = 13.0;
/// Notes and headings of columns.
const SMALL: f32 = 11.5;
/// Code and figures.
const MONO: f32 = 12.5;

const fn hex(rgb: u32) -> Color32 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

/// Greys of a shade, from the ground up.
struct Greys {
    /// Behind everything.
    ground: Color32,
    /// Behind panels.
    panel: Color32,
    /// Behind text and plots.
    page: Color32,
    /// Alternate rows, tracks of bars.
    faint: Color32,
    /// Buttons.
    button: Color32,
    /// Buttons under the pointer.
    hovered: Color32,
    /// Frames.
    line: Color32,
    weak: Color32,
    text: Color32,
    strong: Color32,
    accent: Color32,
}

const DARK: Greys = Greys {
    ground: hex(0x0014_171b),
    panel: hex(0x001b_1f24),
    page: hex(0x0016_191d),
    faint: hex(0x0023_282e),
    button: hex(0x002b_3138),
    hovered: hex(0x0037_3f48),
    line: hex(0x0035_3c44),
    weak: hex(0x0093_9ca6),
    text: hex(0x00d5_dae0),
    strong: hex(0x00f4_f6f8),
    accent: hex(0x0056_b4e9),
};

const LIGHT: Greys = Greys {
    ground: hex(0x00e7_e9ec),
    panel: hex(0x00f4_f5f7),
    page: hex(0x00ff_ffff),
    faint: hex(0x00ec_eef1),
    button: hex(0x00e3_e6ea),
    hovered: hex(0x00d5_dae0),
    line: hex(0x00cd_d2d8),
    weak: hex(0x005f_6973),
    text: hex(0x0023_2a31),
    strong: hex(0x0008_0c10),
    accent: hex(0x0000_72b2),
};

impl Shade {
    const fn greys(self) -> &'static Greys {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }

    /// The colours and fonts of the panels.
    #[must_use]
    pub fn theme(self) -> Theme {
        let greys = self.greys();
        let pick = |dark: u32, light: u32| hex(if self == Self::Dark { dark } else { light });
        let (blue, sky) = (pick(0x004c_9be8, 0x0000_72b2), pick(0x0056_b4e9, 0x002f_8fc4));
        let (green, yellow) = (pick(0x002f_b58c, 0x0000_8a66), pick(0x00f0_e442, 0x00b3_9b00));
        let (orange, vermilion) = (pick(0x00e6_9f00, 0x00b8_7a00), pick(0x00ee_7440, 0x00c2_4f00));
        let purple = pick(0x00cc_79a7, 0x00a8_4c7f);
        Theme {
            text: greys.text,
            weak: greys.weak,
            faint: greys.faint,
            page: greys.page,
            line: greys.line,
            cursor: greys.strong,
            severities: [pick(0x00ff_6b6b, 0x00c6_2828), orange],
            groups: [
                greys.weak,
                pick(0x008f_7ee6, 0x0066_55c4),
                sky,
                green,
                pick(0x003c_b4b4, 0x0000_8080),
                orange,
                vermilion,
                purple,
                blue,
                pick(0x00d8_b45c, 0x008a_6508),
                pick(0x00c4_9a86, 0x007d_5440),
                pick(0x00e0_8fb4, 0x00a0_3a6c),
                pick(0x0097_b04a, 0x0063_7a18),
            ],
            states: [greys.line, green, yellow, vermilion, sky, purple, orange, greys.weak],
            core_parts: [green, blue, pick(0x0078_818b, 0x009a_a3ad), vermilion],
            series: [sky, orange, green, purple, vermilion, yellow],
            body: FontId::proportional(BODY),
            small: FontId::proportional(SMALL),
            mono: FontId::monospace(MONO),
        }
    }

    /// The colour of a verdict that is good, bad, or open.
    #[must_use]
    pub fn verdict(self, good: Option<bool>) -> Color32 {
        let theme = self.theme();
        match good {
            Some(true) => theme.core_parts[0],
            Some(false) => theme.severities[0],
            None => theme.weak,
        }
    }

    /// egui's own style: calm, dense, square.
    #[must_use]
    pub fn style(self) -> Style {
        let greys = self.greys();
        let mut style = Style { visuals: self.visuals(), ..Style::default() };
        style.text_styles = [
            (TextStyle::Small, FontId::proportional(SMALL)),
            (TextStyle::Body, FontId::proportional(BODY)),
            (TextStyle::Button, FontId::proportional(BODY)),
            (TextStyle::Heading, FontId::proportional(15.5)),
            (TextStyle::Monospace, FontId::new(MONO, FontFamily::Monospace)),
        ]
        .into();
        style.spacing.item_spacing = vec2(6.0, 4.0);
        style.spacing.button_padding = vec2(8.0, 3.0);
        style.spacing.interact_size.y = 22.0;
        style.spacing.menu_margin = Margin::same(6);
        style.spacing.window_margin = Margin::same(14);
        // Thin, but always seen: what can be scrolled says so.
        style.spacing.scroll.dormant_handle_opacity = 0.45;
        style.spacing.scroll.floating_width = 4.0;
        // Beside what is scrolled, never over it.
        style.spacing.scroll.floating_allocated_width = 6.0;
        style.visuals.weak_text_color = Some(greys.weak);
        style
    }

    fn visuals(self) -> Visuals {
        let greys = self.greys();
        let mut visuals = if self == Self::Dark { Visuals::dark() } else { Visuals::light() };
        let rounded = CornerRadius::same(4);
        let widget = |fill: Color32, line: Color32, text: Color32| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: Stroke::new(1.0, line),
            corner_radius: rounded,
            fg_stroke: Stroke::new(1.0, text),
            expansion: 0.0,
        };
        visuals.widgets = Widgets {
            noninteractive: widget(greys.panel, greys.line, greys.text),
            inactive: widget(greys.button, Color32::TRANSPARENT, greys.text),
            hovered: widget(greys.hovered, greys.line, greys.strong),
            active: widget(greys.hovered, greys.accent, greys.strong),
            open: widget(greys.hovered, greys.line, greys.strong),
        };
        visuals.selection = Selection { bg_fill: greys.accent.gamma_multiply(0.45), stroke: Stroke::new(1.0, greys.strong) };
        visuals.hyperlink_color = greys.accent;
        visuals.panel_fill = greys.panel;
        visuals.window_fill = greys.panel;
        visuals.window_stroke = Stroke::new(1.0, greys.line);
        visuals.extreme_bg_color = greys.page;
        visuals.text_edit_bg_color = Some(greys.page);
        visuals.faint_bg_color = greys.faint;
        visuals.code_bg_color = greys.faint;
        visuals.warn_fg_color = self.theme().severities[1];
        visuals.error_fg_color = self.theme().severities[0];
        visuals.striped = false;
        // Each blink would be a frame of the whole window: a window that nobody touches draws nothing.
        visuals.text_cursor.blink = false;
        visuals.button_frame = true;
        visuals
    }

    /// A stretch of a scenario's text.
    #[must_use]
    pub fn syntax(self, class: Class) -> Color32 {
        let pick = |dark: u32, light: u32| hex(if self == Self::Dark { dark } else { light });
        match class {
            Class::Word => pick(0x0079_b8f2, 0x0000_5a9e),
            Class::UnknownWord => self.theme().severities[0],
            Class::Name => self.greys().strong,
            Class::Property => pick(0x009c_a8b5, 0x0052_5f6c),
            Class::Expression => pick(0x00e3_c78a, 0x007d_5600),
            Class::Text => pick(0x009b_cf9f, 0x001f_6b2b),
            Class::Number => pick(0x00d6_a3e0, 0x0080_3a94),
            Class::Constant => pick(0x0063_c7bd, 0x0000_6f66),
            Class::Comment | Class::LeftOut => pick(0x0075_808b, 0x0073_7d87),
            Class::Mark => self.greys().weak,
        }
    }

    /// Behind everything.
    #[must_use]
    pub const fn ground(self) -> Color32 {
        self.greys().ground
    }

    /// Writing on the accent.
    #[must_use]
    pub const fn on_accent(self) -> Color32 {
        match self {
            Self::Light => LIGHT.page,
            Self::Dark => DARK.ground,
        }
    }

    /// Marks what is chosen or under way.
    #[must_use]
    pub const fn accent(self) -> Color32 {
        self.greys().accent
    }
}
