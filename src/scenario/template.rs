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
pub static TEMPLATES: [Template; 8] = [
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
    Template {
        title: Words { en: "Lost update", zh: "丢失的更新" },
        about: Words {
            en: "Two threads add to one number, once without a lock and once with it: only one of the two sums is right.",
            zh: "两个线程给同一个数加一，一次不加锁，一次加锁：两个结果只有一个是对的。",
        },
        text: include_str!("../../assets/templates/lost-update.kdl"),
    },
    Template {
        title: Words { en: "Readers and writers", zh: "读者与写者" },
        about: Words {
            en: "Many may read a page at once, but whoever writes it must be alone.",
            zh: "同一页可以许多人一起读，写的人必须独自一人。",
        },
        text: include_str!("../../assets/templates/readers-writers.kdl"),
    },
    Template {
        title: Words { en: "Coroutines on one loop", zh: "一个循环上的协程" },
        about: Words {
            en: "Two coroutines write letters and a third reads them, in turns, on one thread.",
            zh: "两个协程写信，一个协程读信，在同一个线程上轮流进行。",
        },
        text: include_str!("../../assets/templates/coroutines.kdl"),
    },
    Template {
        title: Words { en: "Processes and a pipe", zh: "进程与管道" },
        about: Words {
            en: "Processes take jobs from a queue and send the answers through a pipe: each has memory of its own.",
            zh: "几个进程从队列取作业，把答案送进管道：每个进程有自己的内存。",
        },
        text: include_str!("../../assets/templates/processes.kdl"),
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
