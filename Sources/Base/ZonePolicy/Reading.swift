import ZoneModel
import ZoneYAML

/// What the entries of a policy read alike.
extension YAMLSection {
    mutating func number(_ key: String, _ range: ClosedRange<Int>) throws(FileComplaint) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let found = try value(key, expected: expected) { (text: String) -> Int? in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        return found?.value
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, as type: Word.Type = Word.self
    ) throws(FileComplaint) -> Word? where Word.RawValue == String {
        try value(key, expected: words(type), Word.init)?.value
    }

    /// Whoever says nothing has confirmed nothing.
    /// - Parameter clause: of the entry, or of the list that the entry is in.
    mutating func requirement(clause: String) throws(FileComplaint) -> Requirement {
        let found = try word("required", as: Requirement.self)
        if found == .yes, clause == Requirement.unconfirmed.rawValue {
            throw complaint("required", expected: "unconfirmed, until the clause is looked up")
        }
        return found ?? .unconfirmed
    }

    /// An empty list is a mistake: nobody can tell whether it means all or none.
    mutating func wordList<Word: RawRepresentable & CaseIterable & Equatable>(
        _ key: String
    ) throws(FileComplaint) -> [Word] where Word.RawValue == String {
        var list: [Word] = []
        for text in try texts(key) {
            guard let word = Word(rawValue: text), !list.contains(word) else {
                throw complaint(key, expected: words(Word.self) + ", each once")
            }
            list.append(word)
        }
        guard !list.isEmpty else { throw complaint(key, expected: "a list with " + words(Word.self)) }
        return list
    }

    /// A list of entries, each with an id of its own within the list.
    mutating func entries<Entry>(
        _ key: String, most: Int, id: (Entry) -> Slug, _ make: (YAMLSection) throws(FileComplaint) -> Entry
    ) throws(FileComplaint) -> [Entry] {
        let sections = try sections(key)
        guard sections.count <= most else { throw complaint(key, expected: "at most \(most) entries") }
        var (entries, seen): ([Entry], Set<Slug>) = ([], [])
        for section in sections {
            let entry = try make(section)
            guard seen.insert(id(entry)).inserted else {
                throw section.complaint("id", expected: "an id that no other entry of this list has")
            }
            entries.append(entry)
        }
        return entries
    }
}

/// Goes onto sheets of paper, so it has an end.
func printable(_ text: String) -> String? { text.allSatisfy(\.isWhitespace) || text.count > 200 ? nil : text }
