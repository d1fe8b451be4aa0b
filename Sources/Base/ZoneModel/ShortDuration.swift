extension Duration {
    /// `500ms`, `2s`, `5m`, `3h`: a whole number above zero with a unit, at most a week. `nil` for anything else.
    package init?(shortText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count > 0 else { return nil }
        let unit: Int64
        switch text.dropFirst(digits.count) {
        case "ms": unit = 1
        case "s": unit = 1000
        case "m": unit = 60_000
        case "h": unit = 3_600_000
        default: return nil
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, total <= 7 * 86_400_000 else { return nil }
        self = .milliseconds(total)
    }
}
