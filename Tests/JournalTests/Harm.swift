import Glibc
import ZoneLinux
import ZoneTestKit

/// What was done to a file.
struct Harm: CustomStringConvertible {
    static let page = 4096

    private(set) var description = ""
    private let before: [UInt8]
    private var after: [UInt8]
    /// What the pages held that are not as they were: C texts with something in place of each NUL.
    private var hurt: [[CChar]] = []

    init(_ path: String, _ random: inout SeededGenerator) throws {
        self.init(bytes: try SmallFile.readBytes(path, limit: 16 << 20), firstPage: 1, &random)
        try save(path)
    }

    /// - Parameter firstPage: the first one that may be hurt.
    init(bytes: [UInt8], firstPage: Int, _ random: inout SeededGenerator) {
        (before, after) = (bytes, bytes)
        let start = Int.random(in: firstPage * Harm.page..<bytes.count, using: &random)
        let pages = firstPage..<bytes.count / Harm.page
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            for page in pages.shuffled(using: &random).prefix(.random(in: 1...4, using: &random)) {
                put(random.bytes(Harm.page), at: page * Harm.page)
                description += "noise on page \(page); "
            }
        case 1:
            after.removeLast(after.count - start)
            description = "cut to \(start)"
        case 2:
            let count = Int.random(in: 1...min(30_000, bytes.count - start), using: &random)
            put(Array(repeating: 0, count: count), at: start)
            description = "\(count) zeroes from \(start)"
        default:
            let (from, to) = (Int.random(in: pages, using: &random), Int.random(in: pages, using: &random))
            put(Array(before[from * Harm.page..<(from + 1) * Harm.page]), at: to * Harm.page)
            description = "page \(from) over page \(to)"
        }
        listHurtPages()
    }

    /// Noise over the page that holds this text.
    init(_ path: String, on text: String) throws {
        try self.init(path) { strstr(Harm.legible($1), text) != nil }
    }

    /// Noise over one page.
    init(_ path: String, page: Int) throws {
        try self.init(path) { start, _ in start == page * Harm.page }
    }

    private init(_ path: String, where isChosen: (Int, ArraySlice<UInt8>) -> Bool) throws {
        before = try SmallFile.readBytes(path, limit: 16 << 20)
        after = before
        for start in stride(from: 0, to: before.count, by: Harm.page)
        where isChosen(start, before[start..<start + Harm.page]) {
            put(Array(repeating: 0x77, count: Harm.page), at: start)
            description += "noise at \(start); "
        }
        listHurtPages()
        try save(path)
    }

    private static func legible(_ page: ArraySlice<UInt8>) -> [CChar] {
        page.map { CChar(bitPattern: max($0, 1)) } + [0]
    }

    private mutating func listHurtPages() {
        for start in stride(from: 0, to: before.count, by: Harm.page) {
            let page = before[start..<min(start + Harm.page, before.count)]
            if after.count >= page.endIndex, after[page.indices] == page { continue }
            hurt.append(Harm.legible(page))
        }
    }

    func save(_ path: String) throws { try Harm.save(after, path) }

    static func save(_ bytes: [UInt8], _ path: String) throws {
        SmallFile.remove(path)
        let file = try OwnedFD.create(path, mode: 0o600)
        try SmallFile.write(bytes, to: file.raw, naming: path)
        try file.synchronize()
    }

    private mutating func put(_ bytes: [UInt8], at start: Int) {
        after.replaceSubrange(start..<start + bytes.count, with: bytes)
    }

    /// Are all pages that hold this text as they were?
    func isWhole(_ text: String) -> Bool { hurt.allSatisfy { strstr($0, text) == nil } }
}
