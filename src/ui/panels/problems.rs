//! The problems panel: every problem of the text with its place, what it is and what to do; a click goes there.
//! The words come with the problems; this only lists them.

use egui::{Label, RichText, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use crate::diagnostic::Severity;
use crate::lang::Lang;
use crate::view::lines::Lines;

use super::editor::{Mark, sign};
use crate::ui::kit::hint::hint;
use crate::ui::kit::panel_theme::Theme;
use crate::ui::kit::panel_words as words;

/// More are counted, not listed.
const LISTED: usize = 300;

/// Lists the problems; gives the byte to go to when one is clicked. `lines` are those of `text`.
pub(in crate::ui) fn problems_ui(
    ui: &mut Ui,
    theme: &Theme,
    marks: &[Mark],
    is_taskless: bool,
    (text, lines): (&str, &Lines),
    lang: Lang,
) -> Option<usize> {
    if marks.is_empty() {
        let told = match is_taskless {
            true if text.trim().is_empty() => words::PROBLEMS_BLANK,
            true => words::PROBLEMS_TASKLESS,
            false => words::PROBLEMS_NONE,
        };
        hint(ui, told.get(lang));
        return None;
    }
    let mut clicked = None;
    ScrollArea::vertical().id_salt("problems").auto_shrink(false).show(ui, |ui| {
        for (index, mark) in marks.iter().take(LISTED).enumerate() {
            let place = lines.line_column(text, mark.span.start).to_string();
            if problem_ui(ui, theme, index, mark, &place) {
                clicked = Some(mark.span.start);
            }
        }
        if marks.len() > LISTED {
            ui.weak(words::PROBLEMS_MORE.get(lang).replace("{0}", &(marks.len() - LISTED).to_string()));
        }
    });
    clicked
}

fn problem_ui(ui: &mut Ui, theme: &Theme, index: usize, mark: &Mark, place: &str) -> bool {
    let row = UiBuilder::new().id_salt(("problem", index)).sense(Sense::click());
    let inner = ui.scope_builder(row, |ui| {
        let response = ui.response();
        let fill = if response.hovered() { ui.visuals().widgets.hovered.weak_bg_fill } else { egui::Color32::TRANSPARENT };
        let stroke = if response.has_focus() { ui.visuals().selection.stroke } else { egui::Stroke::NONE };
        egui::Frame::NONE.fill(fill).stroke(stroke).inner_margin(4.0).corner_radius(3.0).show(ui, |ui| {
            ui.set_width(ui.available_width());
            // All parts of a line stand on the same height.
            ui.spacing_mut().interact_size.y = 0.0;
            ui.horizontal_top(|ui| {
                let side = ui.text_style_height(&egui::TextStyle::Body);
                let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
                sign(ui.painter(), rect.center(), side * 0.3, mark.severity, theme.severity(mark.severity));
                let digits = ui.fonts_mut(|fonts| fonts.glyph_width(&theme.mono(), '0')) * 8.0;
                let (rect, _) = ui.allocate_exact_size(vec2(digits, side), Sense::hover());
                ui.painter().text(rect.right_center(), egui::Align2::RIGHT_CENTER, place, theme.mono(), theme.weak);
                ui.add_space(4.0);
                ui.vertical(|ui| {
                    ui.horizontal_wrapped(|ui| {
                        ui.add(Label::new(RichText::new(&mark.message).color(theme.text)).selectable(false));
                        ui.add(Label::new(RichText::new(mark.code).font(theme.small()).color(theme.weak)).selectable(false));
                    });
                    if !mark.help.is_empty() {
                        ui.add(Label::new(RichText::new(&mark.help).color(theme.weak)).selectable(false));
                    }
                });
            });
        });
    });
    let severity = match mark.severity {
        Severity::Error => "✖",
        Severity::Warning => "⚠",
    };
    let response = inner.response;
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{severity} {place} {} {}", mark.message, mark.code)));
    response.clicked()
}

#[cfg(test)]
mod tests {
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::diagnostic::Span;
    use crate::ui::kit::panel_desk;

    fn desk(marks: Vec<Mark>) -> egui_kittest::Harness<'static, Option<usize>> {
        let theme = panel_desk::theme();
        let text = "锁 a\nwith b { }\n";
        panel_desk::window(None, move |ui, went: &mut Option<usize>| {
            *went = problems_ui(ui, &theme, &marks, false, (text, &Lines::of(text)), Lang::En).or(*went);
        })
    }

    #[test]
    fn a_click_goes_to_the_place_of_the_problem() {
        let message = "there is no lock `b`".to_owned();
        let mark =
            Mark { span: Span::new(11, 12), severity: Severity::Error, message, help: "declare it".to_owned(), code: "E0201" };
        let mut harness = desk(vec![mark]);
        harness.get_by_label("✖ 2:6 there is no lock `b` E0201").click();
        harness.run_steps(2);
        assert_eq!(*harness.state(), Some(11));
    }

    #[test]
    fn a_text_without_problems_says_so() {
        assert!(desk(Vec::new()).query_by_label(words::PROBLEMS_NONE.en).is_some());
    }
}
