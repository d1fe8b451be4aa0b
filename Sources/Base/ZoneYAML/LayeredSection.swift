/// Which file each value in force comes from, by dotted path; and what a locked key kept out.
package struct Origins: Sendable, Hashable {
    package struct Origin: Sendable, Hashable {
        package var text: String
        package var file: String
        package var line: Int
        /// 0 is the lowest layer.
        package var layer: Int
    }

    package var values: [String: Origin] = [:]
    /// Paths of higher layers that the lowest one has locked.
    package var ignored: Set<String> = []

    package init() {}
}

/// The same mapping in several files, the higher ones over the lower: a key is taken from the highest layer that has
/// it, a mapping is merged key by key, a list is taken whole (`sections`) or merged by an id (`sections(_:by:)`).
package struct LayeredSection {
    private var layers: [(index: Int, section: YAMLSection)]
    private let path: String
    private let locks: Set<String>
    package private(set) var origins = Origins()
    /// Layers that say a key in another form than the one in force.
    private var hidden: [String: Set<Int>] = [:]

    /// - Parameters:
    ///   - layers: the lowest first.
    ///   - locks: dotted paths that only the lowest layer may set; a locked mapping is locked with all its keys.
    package init(_ layers: [YAMLSection], locks: Set<String> = []) {
        self.init(layers: layers.enumerated().map { ($0.offset, $0.element) }, path: "", locks: locks)
    }

    private init(layers: [(index: Int, section: YAMLSection)], path: String, locks: Set<String>) {
        (self.layers, self.path, self.locks) = (layers, path, locks)
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func isLocked(_ key: String) -> Bool {
        let name = name(key)
        return locks.contains { name == $0 || name.hasPrefix("\($0).") || name.hasPrefix("\($0)[") }
    }

    /// Positions in `layers` that may set `key` and do, the highest first.
    private mutating func candidates(_ key: String) -> [Int] {
        for position in layers.indices { layers[position].section.know(key) }
        let hidden = hidden[key] ?? []
        let having = layers.indices.reversed().filter { layers[$0].section.keys.contains(key) && !hidden.contains($0) }
        guard isLocked(key) else { return having }
        if having.contains(where: { layers[$0].index > 0 }) { origins.ignored.insert(name(key)) }
        return having.filter { layers[$0].index == 0 }
    }

    package mutating func value<Value>(
        _ key: String, expected: String, _ parse: (String) -> Value?
    ) throws(FileComplaint) -> Value? {
        try value(key, expecting: { _ in Expected(expected, expected) }, parse)
    }

    /// - Parameter expecting: for the complaint about a text.
    package mutating func value<Value>(
        _ key: String, expecting: (String) -> Expected, _ parse: (String) -> Value?
    ) throws(FileComplaint) -> Value? {
        var result: Value?
        // Lower layers are read too: a mistake in them is one, whoever lies over it.
        for position in candidates(key) {
            let found = try layers[position].section.value(key, expecting: expecting, parse)
            guard let found, result == nil else { continue }
            result = found.value
            let text = try layers[position].section.text(key)?.value ?? ""
            origins.values[name(key)] = .init(
                text: text, file: found.file, line: found.line, layer: layers[position].index)
        }
        return result
    }

    package mutating func required<Value>(
        _ key: String, expected: String, _ parse: (String) -> Value?
    ) throws(FileComplaint) -> Value {
        if let found = try value(key, expected: expected, parse) { return found }
        throw complaint(key, expected: expected)
    }

    package mutating func required<Value>(
        _ key: String, expecting: (String) -> Expected, _ parse: (String) -> Value?
    ) throws(FileComplaint) -> Value {
        if let found = try value(key, expecting: expecting, parse) { return found }
        throw complaint(key, expected: expecting("").en, zh: expecting("").zh)
    }

    /// Complains where the key stands, or would have to.
    package func complaint(_ key: String, expected: String, zh: String? = nil) -> FileComplaint {
        let holder = layers.last { $0.section.keys.contains(key) } ?? layers.first
        return holder?.section.complaint(key, expected: expected, zh: zh)
            ?? FileComplaint(file: "", line: 1, field: name(key), expected: expected, zh: zh)
    }

    /// For a key that may be one value or a mapping: decides by the highest layer that may say it, and leaves layers
    /// that say it in the other form out from now on.
    package mutating func isText(_ key: String) -> Bool {
        let speaking = candidates(key).filter { layers[$0].section.form(key) != nil }
        guard let form = speaking.first.flatMap({ layers[$0].section.form(key) }) else { return false }
        hidden[key] = Set(layers.indices.filter { layers[$0].section.form(key) != form })
        return form == .text
    }

    package var keys: [String] {
        var seen: [String] = []
        for layer in layers { seen += layer.section.keys.filter { !seen.contains($0) } }
        return seen
    }

    package mutating func section(_ key: String) throws(FileComplaint) -> LayeredSection? {
        var found: [(index: Int, section: YAMLSection)] = []
        for position in candidates(key).reversed() {
            if let section = try layers[position].section.section(key) {
                found.append((layers[position].index, section))
            }
        }
        return found.isEmpty ? nil : LayeredSection(layers: found, path: name(key), locks: locks)
    }

    /// A list, merged by the text at `id`: an item of a higher layer lies over the one with the same id below, or is
    /// added. The path of an item is `key.id`.
    package mutating func sections(_ key: String, by id: String) throws(FileComplaint) -> [LayeredSection] {
        var items: [(id: String, layers: [(index: Int, section: YAMLSection)])] = []
        for position in candidates(key).reversed() {
            let index = layers[position].index
            var mine: Set<String> = []
            for var section in try layers[position].section.sections(key) {
                let name = try section.required(id, expected: "an id") { $0 }
                guard mine.insert(name).inserted else { throw section.complaint(id, expected: "each \(id) once") }
                if let at = items.firstIndex(where: { $0.id == name }) {
                    items[at].layers.append((index, section))
                } else {
                    items.append((name, [(index, section)]))
                }
            }
        }
        return items.map { LayeredSection(layers: $0.layers, path: "\(name(key)).\($0.id)", locks: locks) }
    }

    /// Takes over what a part of this mapping has found out.
    package mutating func absorb(_ part: LayeredSection) {
        origins.values.merge(part.origins.values) { _, new in new }
        origins.ignored.formUnion(part.origins.ignored)
    }

    /// - Throws: a complaint about the first key nobody asked for, in whichever layer.
    package func finish() throws(FileComplaint) {
        var known: Set<String> = []
        for layer in layers { known.formUnion(layer.section.known) }
        for layer in layers { try layer.section.finish(known: known) }
    }
}
