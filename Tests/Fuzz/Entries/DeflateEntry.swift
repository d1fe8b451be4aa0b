import ZoneDeflate

extension FuzzEntry {
    /// A packed body; the same bytes are also packed by ourselves and must come back.
    static let inflate = FuzzEntry("inflate") { bytes in
        let limit = 64 << 10
        let packed = try Deflate.compress(bytes)
        try promise(try Inflate.bounded(packed, limit: bytes.count) == bytes, "packed bytes come back as others")
        let inflated: [UInt8]
        do {
            inflated = try Inflate.bounded(bytes, limit: limit)
        } catch {
            try promiseClean("\(error)", "refusal of a packed body")
            return try promise((try? Inflate.bounded(bytes, limit: 100)) == nil, "a smaller limit takes more")
        }
        try promise(inflated.count <= limit, "\(inflated.count) bytes passed the limit")
        try promiseRefusal(bytes + [0], limit, .trailing(1))
        try promiseRefusal(bytes.dropLast(), limit, .truncated)
        guard !inflated.isEmpty else { return }
        try promiseRefusal(bytes[...], inflated.count - 1, .tooLarge(limit: inflated.count - 1))
    }

    private static func promiseRefusal(_ bytes: some Sequence<UInt8>, _ limit: Int, _ expected: DeflateError) throws {
        do {
            _ = try Inflate.bounded(Array(bytes), limit: limit)
        } catch {
            return try promise(error == expected, "refused as \(error) instead of \(expected)")
        }
        throw BrokenPromise("taken instead of refused: \(expected)")
    }
}
