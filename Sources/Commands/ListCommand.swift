import Language

/// Lists the values of the session.
struct ListCommand: Command {
    static let signature = Signature(
        "list", group: .keep, summary: "List the values of the session by name, newest last.",
        prints: [
            .init("name, kind, what it is", "each value under the name that 'on' takes, oldest first, with what it holds in one line"),
        ],
        memory: "nothing beside the lines", isAboutSession: true,
        examples: [Example("let k = 5 | list", prints: "k")])

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let values = call.context.values
        guard !values.isEmpty else { return .shown([.text("nothing is named yet; 'load FILE' makes the first value")]) }
        let table = DisplayTable(
            columns: [.init("name"), .init("kind"), .init("what it is")],
            rows: values.map { [.init($0.name), .init($0.value.kind.name), .init($0.value.summary)] })
        return .shown([.table(table)])
    }
}
