//! Who takes part: something that answers all questions once, again and again.

/// What a question comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// No.
    Deny,
    /// If the caller confirms it.
    Ask,
    /// Yes.
    Allow,
}

impl Outcome {
    /// By its name in decisions.
    pub fn of_name(name: &str) -> Self {
        match name {
            "allow" => Self::Allow,
            "ask" => Self::Ask,
            _ => Self::Deny,
        }
    }
}

/// Answers every question once, in order.
type Pass<'a> = Box<dyn FnMut(&mut [Outcome]) + 'a>;

/// A way of answering.
pub struct Contender<'a> {
    /// What it is called in the table.
    pub name: &'static str,
    /// What an answer of it says.
    pub says: &'static str,
    /// Answers every question once, in order.
    pub pass: Pass<'a>,
    /// How many questions that are.
    pub count: usize,
}

impl<'a> Contender<'a> {
    /// One that answers question by question. The loop is compiled anew for each, so that nothing stands between.
    pub fn new(name: &'static str, says: &'static str, count: usize, mut answer: impl FnMut(usize) -> Outcome + 'a) -> Self {
        let pass = move |answers: &mut [Outcome]| {
            for (question, place) in answers.iter_mut().enumerate() {
                *place = std::hint::black_box(answer(std::hint::black_box(question)));
            }
        };
        Self { name, says, pass: Box::new(pass), count }
    }

    /// All answers.
    pub fn answers(&mut self) -> Vec<Outcome> {
        let mut answers = vec![Outcome::Deny; self.count];
        (self.pass)(&mut answers);
        answers
    }
}
