import CZlib

/// Takes apart what strangers have packed: 1 KB can hold a megabyte (zlib's highest ratio is 1032 to 1).
package enum Inflate {
    /// Inflated in pieces of this size; no more than one piece beyond the limit ever exists.
    private static let block = 16 << 10

    /// The whole of one zlib stream and nothing after it.
    /// - Parameter limit: bytes that the result may have, 0 or more.
    package static func bounded(_ bytes: [UInt8], limit: Int) throws(DeflateError) -> [UInt8] {
        try checkHeader(bytes)
        guard let length = uInt(exactly: bytes.count) else { throw .tooLarge(limit: limit) }
        // zlib keeps the address of its stream in its own state: it must not move between the calls.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw .noMemory }
        defer { inflateEnd(stream) }
        let result = bytes.withUnsafeBufferPointer { input -> Result<[UInt8], DeflateError> in
            // zlib only reads there; its C declaration lacks the const.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = length
            return Result { () throws(DeflateError) in try drain(stream, limit) }
        }
        return try result.get()
    }

    /// RFC 1950, 2.2: method 8, and both bytes together a multiple of 31.
    private static func checkHeader(_ bytes: [UInt8]) throws(DeflateError) {
        guard let method = bytes.first else { throw .truncated }
        guard method & 0x0F == 8 else { throw .notZlib }
        guard bytes.count > 1 else { throw .truncated }
        guard (Int(method) << 8 | Int(bytes[1])) % 31 == 0 else { throw .notZlib }
        guard bytes[1] & 0x20 == 0 else { throw .dictionary }
    }

    private static func drain(
        _ stream: UnsafeMutablePointer<z_stream>, _ limit: Int
    ) throws(DeflateError) -> [UInt8] {
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: block)
        defer { piece.deallocate() }
        var inflated: [UInt8] = []
        while true {
            stream.pointee.next_out = piece.baseAddress
            stream.pointee.avail_out = uInt(block)
            let status = inflate(stream, Z_NO_FLUSH)
            let count = block - Int(stream.pointee.avail_out)
            guard inflated.count + count <= limit else { throw .tooLarge(limit: limit) }
            grow(&inflated, for: count, limit)
            inflated.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<count]))
            switch status {
            case Z_STREAM_END:
                let rest = Int(stream.pointee.avail_in)
                guard rest == 0 else { throw .trailing(rest) }
                return inflated
            case Z_OK where stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0: continue
            // All input is taken and the end has not come.
            case Z_OK, Z_BUF_ERROR: throw .truncated
            case Z_MEM_ERROR: throw .noMemory
            default: throw .damaged
            }
        }
    }

    /// Doubles, as arrays do, but never beyond the limit.
    private static func grow(_ inflated: inout [UInt8], for count: Int, _ limit: Int) {
        let needed = inflated.count + count
        guard needed > inflated.capacity else { return }
        inflated.reserveCapacity(min(limit, max(needed, inflated.capacity * 2)))
    }
}
