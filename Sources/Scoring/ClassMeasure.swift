/// A measure of how good predicted classes are.
public enum ClassMeasure: String, Sendable, Hashable, Codable, CaseIterable {
    case accuracy
    case balancedAccuracy = "balanced_accuracy"
    /// Of the positive one of two classes.
    case precision, recall, f1
    case precisionMacro = "precision_macro", recallMacro = "recall_macro", f1Macro = "f1_macro"
    case precisionWeighted = "precision_weighted", recallWeighted = "recall_weighted", f1Weighted = "f1_weighted"
    /// Of the positive one of two classes, else the macro mean.
    case auc
    case aucWeighted = "auc_weighted"
    /// Average precision of the positive one of two classes, else the macro mean.
    case averagePrecision = "pr_auc"
    case logLoss = "log_loss"
    case brier
    case calibrationError = "calibration_error"
    case matthews = "mcc"

    /// Whether less is better.
    public var isLoss: Bool { [.logLoss, .brier, .calibrationError].contains(self) }
}

extension ClassificationScores {
    /// A measure by its name; none of one that is of two classes where there are more.
    public func score(of measure: ClassMeasure) -> Score? {
        let one = positive.map { byClass[$0] }
        return switch measure {
        case .accuracy: .value(accuracy)
        case .balancedAccuracy: .value(balancedAccuracy)
        case .precision: one?.precision
        case .recall: one?.recall
        case .f1: one?.f1
        case .precisionMacro: .value(macro.precision)
        case .recallMacro: .value(macro.recall)
        case .f1Macro: .value(macro.f1)
        case .precisionWeighted: .value(weighted.precision)
        case .recallWeighted: .value(weighted.recall)
        case .f1Weighted: .value(weighted.f1)
        case .auc: auc
        case .aucWeighted: positive == nil ? aucWeighted : nil
        case .averagePrecision: one?.averagePrecision ?? averagePrecisionMacro
        case .logLoss: .value(logLoss)
        case .brier: .value(brier)
        case .calibrationError: .value(calibration.error)
        case .matthews: confusion.matthews
        }
    }
}
