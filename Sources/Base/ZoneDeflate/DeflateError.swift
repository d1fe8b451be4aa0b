/// Why bytes are not what `Content-Encoding: deflate` promises. None of these words quotes the bytes.
package enum DeflateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No header of RFC 1950, 2.2: raw deflate (RFC 1951), gzip (RFC 1952) or something else.
    case notZlib
    /// Asks for a dictionary that nobody has agreed on (RFC 1950, 2.2: FDICT).
    case dictionary
    /// Ends before its checksum.
    case truncated
    /// Bytes follow the end of the stream.
    case trailing(Int)
    /// A broken block, or a checksum that does not fit.
    case damaged
    /// More than `limit` bytes when inflated.
    case tooLarge(limit: Int)
    case noMemory

    package var description: String {
        switch self {
        case .notZlib: "not in zlib format (raw deflate and gzip are not taken)"
        case .dictionary: "needs a preset dictionary"
        case .truncated: "ends too early"
        case .trailing(let count): "\(count) bytes follow the end of the compressed data"
        case .damaged: "compressed data is damaged"
        case .tooLarge(let limit): "more than \(limit) bytes when inflated"
        case .noMemory: "no memory for compression"
        }
    }
}
