import ZoneModel

/// What an argument of a verb must look like.
package enum ArgumentRule: Sendable {
    /// A text of 1 to `limit` characters.
    case text(limit: Int)
    case choice([String])
    case integer(ClosedRange<Int64>)
    case flag

    fileprivate func complaint(about value: JSONValue) -> String? {
        switch (self, value) {
        case (.text(let limit), .string(let text)):
            (1...limit).contains(text.count) ? nil : "expected 1 to \(limit) characters, not \(text.count)"
        case (.text, _): "expected a text"
        case (.choice(let words), .string(let word)) where words.contains(word): nil
        case (.choice(let words), _): "expected one of \(words.joined(separator: ", "))"
        case (.integer(let range), .integer(let number)) where range.contains(number): nil
        case (.integer(let range), _): "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
        case (.flag, .bool): nil
        case (.flag, _): "expected true or false"
        }
    }
}

extension Verb {
    /// A complaint that names the first argument that is missing, unknown or wrong.
    package static func arguments(
        _ rules: [String: ArgumentRule], required: Set<String> = []
    ) -> @Sendable (JSONValue?) -> String? {
        { arguments in
            let members: [String: JSONValue]
            switch arguments {
            case nil, .null: members = [:]
            case .object(let given): members = given
            default: return "args: expected an object"
            }
            for name in required.sorted() where members[name] == nil { return "args.\(name): missing" }
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                guard let rule = rules[name] else {
                    let known = rules.keys.sorted().joined(separator: ", ")
                    return "args.\(name.cleaned(limit: 40)): unknown; known: \(known)"
                }
                if let complaint = rule.complaint(about: value) { return "args.\(name): \(complaint)" }
            }
            return nil
        }
    }
}
