import ZoneModel
import ZoneWire

/// Where the parts of a heartbeat's body are.
struct IncomingSurvey {
    /// One element of `events`.
    struct Part {
        var range: Range<Int>
        var members: [IncomingWalker.Member] = []
        /// Everything in it reads the same to every reader.
        var isPlain = true
        var flaw: String?
    }

    let body: [UInt8]
    private(set) var members: [String: Range<Int>] = [:]
    private(set) var events: [Part] = []
    private var eventList: Range<Int>?

    init(_ body: [UInt8]) throws(IncomingWalker.Flaw) {
        self.body = body
        var walker = IncomingWalker(body)
        walker.skipSpace()
        var (found, parts, list) = ([String: Range<Int>](), [Part](), Range<Int>?.none)
        try walker.eachMember(1) { (walker, key) throws(IncomingWalker.Flaw) in
            guard let name = walker.text(key) else { throw .syntax(key.lowerBound) }
            guard found[name] == nil else { throw .twice(name) }
            walker.skipSpace()
            let start = walker.at
            if name == "events", walker.next == UInt8(ascii: "[") {
                try walker.eachElement(2) { (walker) throws(IncomingWalker.Flaw) in
                    parts.append(try IncomingSurvey.part(&walker))
                }
                list = start..<walker.at
            } else {
                try walker.value(2)
            }
            found[name] = start..<walker.at
        }
        walker.skipSpace()
        guard walker.next == nil else { throw .syntax(walker.at) }
        (members, events, eventList) = (found, parts, list)
    }

    /// One bad event never costs a batch: what is wrong with it stays with it.
    private static func part(_ walker: inout IncomingWalker) throws(IncomingWalker.Flaw) -> Part {
        let start = walker.at
        walker.isPlain = true
        do {
            let members = try walker.members(3)
            return Part(range: start..<walker.at, members: members, isPlain: walker.isPlain)
        } catch {
            guard error != .tooMany else { throw error }
            walker.at = start
            try walker.skipBlindly()
            return Part(range: start..<walker.at, flaw: error.description)
        }
    }

    /// The body without its events.
    var envelope: [UInt8] {
        guard let list = eventList else { return body }
        return body[..<list.lowerBound] + Array("[]".utf8) + body[list.upperBound...]
    }

    /// The value of a member as it came in.
    func bytes(_ name: String) -> ArraySlice<UInt8>? { members[name].map { body[$0] } }

    func integer(_ name: String) -> Int64? {
        bytes(name).flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
    }
}
