extension CallSyntax {
    /// The word that chooses the form of the verb: the model of `fit`, the kind of `plot`.
    var variantWord: String? { arguments.first { $0.parameter.isVariantSlot }?.content.word?.text }

    /// The statement as it is printed, but for the name after `as`.
    var wordsWithoutResult: String {
        var bare = self
        bare.result = nil
        return bare.description
    }

    /// The name that the result bears: the one that `as` gives, else that of the model or the verb.
    public func resultName(_ signature: Signature) -> String {
        result?.text ?? signature.resultName(variant: variantWord)
    }
}
