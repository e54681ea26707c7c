import Language

extension HelpPage {
    /// The page of a verb, or of one of its forms, written from its signature.
    init(_ signature: Signature, _ variant: Signature.Variant? = nil) {
        var sections: [Section] = []
        let examples = variant?.examples ?? signature.examples
        if !examples.isEmpty { sections.append(Section(examples.count == 1 ? "example" : "examples", .examples(examples))) }
        sections.append(Section("usage", .usages([signature.usageParts(variant: variant?.word)])))
        let parameters = signature.parameters(variant: variant?.word).filter { variant == nil || !$0.isVariantSlot }
        if !parameters.isEmpty { sections.append(Section("options", .options(parameters))) }
        if variant == nil, !signature.variants.isEmpty {
            sections.append(Section("forms", .entries(signature.variants.map { Entry("\(signature.verb) \($0.word)", $0.summary) })))
        }
        let details = variant?.details ?? signature.details
        if !details.isEmpty { sections.append(Section("how it works", .prose(details))) }
        sections.append(Section("what it reads and keeps", .entries(Self.facts(signature, variant))))
        let prints = variant.map { $0.prints.isEmpty ? signature.prints : $0.prints } ?? signature.prints
        if !prints.isEmpty { sections.append(Section("what is printed", .entries(prints.map { Entry($0.name, $0.definition) }))) }
        self.init(topic: variant.map { "\(signature.verb) \($0.word)" } ?? signature.verb, summary: variant?.summary ?? signature.summary, sections: sections)
    }

    private static func facts(_ signature: Signature, _ variant: Signature.Variant?) -> [Entry] {
        let reads = Kind.phrase(variant?.reads ?? signature.reads)
        let gives = Kind.phrase(variant?.gives ?? signature.gives)
        var facts: [Entry] = []
        if variant == nil, signature.reads.isEmpty, signature.variants.contains(where: { $0.reads?.isEmpty == false }) {
            facts.append(Entry("reads", "what the form asks for; see the pages of the forms"))
        } else if reads.isEmpty {
            facts.append(Entry("reads", "no value of the session"))
        } else {
            let named = variant.map { $0.readsByName.isEmpty ? "" : ", or \(Kind.phrase($0.readsByName)) that it names" } ?? ""
            facts.append(Entry("reads", "\(reads): the newest, unless 'on NAME' chooses another\(named)\(signature.readsOptionally ? "; or nothing" : "")"))
        }
        if gives.isEmpty {
            facts.append(Entry("gives", "no value: it only shows or does something"))
        } else {
            let name = signature.namesResultByVariant && variant == nil ? "after its form" : "'\(signature.resultName(variant: variant?.word))'"
            facts.append(Entry("gives", "\(gives), named \(name) unless 'as NAME' says otherwise"))
        }
        facts.append(Entry("writes", signature.writes.isEmpty ? "no file" : signature.writes))
        let memory = variant?.memory ?? signature.memory
        facts.append(Entry("memory", memory.isEmpty ? "nothing of the data" : memory))
        let draws = variant?.draws ?? signature.draws
        facts.append(Entry("seed", draws.isEmpty ? "not used: nothing is random" : draws))
        return facts
    }
}
