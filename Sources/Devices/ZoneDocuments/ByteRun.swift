/// A way through a document from front to back, with a window of it in memory: a document may be 64 MiB, and several
/// come at once.
package struct ByteRun {
    private static let windowLength = 64 << 10

    /// Bytes of the whole document.
    package let size: Int
    /// Up to so many bytes from there; fewer only at the end.
    private let fetch: (_ offset: Int, _ count: Int) throws(DocumentRefusal) -> [UInt8]
    private var window: [UInt8] = []
    private var windowStart = 0
    /// Of the next byte.
    private var offset = 0

    package init(
        size: Int, fetch: @escaping (_ offset: Int, _ count: Int) throws(DocumentRefusal) -> [UInt8]
    ) {
        (self.size, self.fetch) = (size, fetch)
    }

    package init(_ bytes: [UInt8]) {
        self.init(size: bytes.count) { offset, count throws(DocumentRefusal) in
            Array(bytes.dropFirst(offset).prefix(count))
        }
    }

    package var isAtEnd: Bool { offset >= size }

    /// `nil` at the end.
    package mutating func next() throws(DocumentRefusal) -> UInt8? {
        var place = offset - windowStart
        if place >= window.count {
            guard !isAtEnd else { return nil }
            (window, windowStart, place) = (try fetch(offset, ByteRun.windowLength), offset, 0)
            // Somebody has cut the file off since its size was asked.
            guard !window.isEmpty else { return nil }
        }
        offset += 1
        return window[place]
    }

    /// Exactly so many; `nil`, at the end, when there are not.
    package mutating func take(_ count: Int) throws(DocumentRefusal) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            guard let byte = try next() else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// - Returns: whether there were so many.
    package mutating func skip(_ count: Int) -> Bool {
        guard count <= size - offset else { return false }
        offset += count
        return true
    }
}
