//! Scenarios to start from: small, whole, meant to be changed. Also to be put into another scenario, beside what is there.

use crate::lang::Words;

/// A scenario to start from.
#[derive(Debug)]
pub struct Template {
    /// What it is called.
    pub title: Words,
    /// What it shows.
    pub about: Words,
    /// Its declarations, without a header.
    pub text: &'static str,
}

impl Template {
    /// A whole file.
    #[must_use]
    pub fn file(&self) -> String {
        let Self { title, about, text } = self;
        let header = format!(
            "scenario \"{}\" zh=\"{}\" {{\n    about \"{}\"\n    about \"{}\" lang=zh\n}}\n",
            title.en, title.zh, about.en, about.zh
        );
        format!("{header}\n{text}")
    }
}

/// All of them, in the order of the menu.
pub static TEMPLATES: [Template; 4] = [
    Template {
        title: Words { en: "Producer and consumer", zh: "生产者与消费者" },
        about: Words {
            en: "Two producers, three consumers, one bounded queue, one sentinel for each consumer.",
            zh: "两个生产者、三个消费者、一个有界队列，每个消费者一个哨兵。",
        },
        text: include_str!("../../assets/templates/producer-consumer.kdl"),
    },
    Template {
        title: Words { en: "Pool of workers", zh: "线程池" },
        about: Words {
            en: "Some threads take jobs from one queue and put the answers into another.",
            zh: "几个线程从一个队列取活，把答案放进另一个队列。",
        },
        text: include_str!("../../assets/templates/worker-pool.kdl"),
    },
    Template {
        title: Words { en: "Dining philosophers", zh: "哲学家就餐" },
        about: Words {
            en: "Everybody takes the left fork first: sooner or later all wait for each other.",
            zh: "人人先拿左边的叉子：迟早会大家互相等待。",
        },
        text: include_str!("../../assets/templates/philosophers.kdl"),
    },
    Template {
        title: Words { en: "Pipeline", zh: "流水线" },
        about: Words {
            en: "Three stages with a bounded queue between each two: the slowest sets the pace.",
            zh: "三道工序，两两之间隔着一个有界队列：最慢的一道决定快慢。",
        },
        text: include_str!("../../assets/templates/pipeline.kdl"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::scenario::load;
    use crate::scenario::write::{BlockChange, Home, Slot, write};

    #[test]
    fn every_template_reads_without_problems_alone_and_beside_itself() {
        for template in &TEMPLATES {
            let file = template.file();
            assert_eq!(load(&file).diagnostics, [], "{file}");
            let mut document = Document::new(file.as_str());
            let slot = Slot { home: Home::Top, at: load(&file).value.blocks.len() };
            // A pool has a `main`, of which there is only one.
            if template.text.contains("main {") {
                continue;
            }
            let rewrite = write(&document, &BlockChange::Insert { slot, text: template.text.to_owned() }).expect("it fits");
            document.apply_all(&rewrite.change.edits);
            assert_eq!(load(document.text()).diagnostics, [], "{}", document.text());
        }
    }
}
