import Language

extension Kind {
    /// A clickstream: who did what, when.
    static let events = Kind("events")
    /// Rows to work on: a row a user, a session or whatever the file held.
    static let table = Kind("table")
    /// A table that answers a question, such as that of `elbow`; not read by the verbs that follow.
    static let answer = Kind("table", isAnswer: true)
    static let segments = Kind("segments")
    static let model = Kind("model")
    static let scores = Kind("scores")
    static let figure = Kind("figure")
}
