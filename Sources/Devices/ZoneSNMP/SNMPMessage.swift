/// One datagram of SNMPv1 (RFC 1157) or SNMPv2c (RFC 1901).
package struct SNMPMessage: Sendable, Hashable {
    package enum Version: Int64, Sendable, CaseIterable { case v1 = 0, v2c = 1 }
    package enum Kind: UInt8, Sendable, CaseIterable { case get = 0xA0, getNext = 0xA1, response = 0xA2 }

    package struct Binding: Sendable, Hashable {
        package var name: ObjectID
        package var value: SNMPValue

        package init(_ name: ObjectID, _ value: SNMPValue = .null) { (self.name, self.value) = (name, value) }
    }

    /// A question of ours has some 150 bytes and its answer hardly more than a frame of the network.
    package static let longest = 8192
    package static let mostBindings = 64

    package var version: Version
    package var community: [UInt8]
    package var kind: Kind
    package var requestID: Int32
    package var errorStatus: Int32
    /// From 1; which binding the error is about.
    package var errorIndex: Int32
    package var bindings: [Binding]

    package init(
        version: Version = .v1, community: [UInt8], kind: Kind, requestID: Int32, errorStatus: Int32 = 0,
        errorIndex: Int32 = 0, bindings: [Binding]
    ) {
        (self.version, self.community, self.kind, self.requestID) = (version, community, kind, requestID)
        (self.errorStatus, self.errorIndex, self.bindings) = (errorStatus, errorIndex, bindings)
    }
}

extension SNMPMessage {
    package var encoded: [UInt8] {
        let list = bindings.flatMap { binding in
            BER.element(BER.sequenceTag, BER.element(0x06, binding.name.content) + binding.value.encoded)
        }
        let numbers = [requestID, errorStatus, errorIndex].flatMap { BER.integer(Int64($0)) }
        let body = BER.element(kind.rawValue, numbers + BER.element(BER.sequenceTag, list))
        let head = BER.integer(version.rawValue) + BER.element(BER.octetsTag, community)
        return BER.element(BER.sequenceTag, head + body)
    }

    /// `nil` for what is not exactly one such message.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= SNMPMessage.longest else { return nil }
        var outer = BERReader(bytes[...])
        guard let content = outer.content(BER.sequenceTag), outer.isAtEnd else { return nil }
        var message = BERReader(content)
        guard let version = message.integer().flatMap(Version.init(rawValue:)),
            let community = message.content(BER.octetsTag), community.count <= 255, let body = message.element(),
            let kind = Kind(rawValue: body.tag), message.isAtEnd
        else { return nil }
        var fields = BERReader(body.content)
        let numbers = (0..<3).compactMap { _ in fields.integer().flatMap { Int32(exactly: $0) } }
        guard numbers.count == 3, let list = fields.content(BER.sequenceTag), fields.isAtEnd,
            let bindings = SNMPMessage.bindings(list)
        else { return nil }
        self.init(
            version: version, community: Array(community), kind: kind, requestID: numbers[0], errorStatus: numbers[1],
            errorIndex: numbers[2], bindings: bindings)
    }

    private static func bindings(_ list: ArraySlice<UInt8>) -> [Binding]? {
        var (reader, bindings) = (BERReader(list), [Binding]())
        while !reader.isAtEnd {
            guard bindings.count < mostBindings, let content = reader.content(BER.sequenceTag) else { return nil }
            var pair = BERReader(content)
            guard let name = pair.content(0x06).flatMap(ObjectID.init(content:)), let element = pair.element(),
                let value = SNMPValue(tag: element.tag, content: element.content), pair.isAtEnd
            else { return nil }
            bindings.append(Binding(name, value))
        }
        return bindings
    }
}
