// Purpose: bodies in zlib format, small on the way out and bounded on the way in.
import CZlib

/// zlib format (RFC 1950): what `Content-Encoding: deflate` means, whatever its name (RFC 9110, 8.4.1.2).
package enum Deflate {
    /// - Throws: `DeflateError`, only when there is no memory.
    package static func compress(_ bytes: [UInt8]) throws(DeflateError) -> [UInt8] {
        var status = Z_OK
        // The bound of zlib itself, so one call is enough and nothing is ever cut.
        let bound = Int(compressBound(uLong(bytes.count)))
        let compressed = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            var length = uLong(bound)
            status = compress2(room.baseAddress, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION)
            count = status == Z_OK ? Int(length) : 0
        }
        guard status == Z_OK else { throw .noMemory }
        return compressed
    }
}
