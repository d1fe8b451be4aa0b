import DriverKit
import Glibc
import ZoneLinux

/// The bytes of a document from its file, in pieces, as often as there are copies.
final class DocumentBytes: Sendable {
    /// What usblp takes at once.
    private static let piece = 8192
    private static let formFeed: UInt8 = 0x0C

    let count: Int
    private let fd: OwnedFD
    private let lane = BlockingLane(label: "document")
    /// A text whose last page is not full stays in a page printer until somebody presses a button.
    private let endsPage: Bool

    init(_ order: PrintOrder) throws(SystemError) {
        fd = try OwnedFD(path: order.path, flags: O_RDONLY | O_NOFOLLOW)
        let size = lseek(fd.raw, 0, SEEK_END)
        guard size >= 0 else { throw SystemError("lseek \(order.path)") }
        var last: UInt8 = 0
        if size > 0, pread(fd.raw, &last, 1, size - 1) != 1 { throw SystemError("read \(order.path)") }
        endsPage = order.format == "text/plain" && last != Self.formFeed
        count = Int(size) + (endsPage ? 1 : 0)
    }

    /// - Returns: at most 8192 bytes, none behind the end.
    func piece(at offset: Int) async throws(SystemError) -> [UInt8] {
        let count = count
        return try await lane.run { [self] () -> Result<[UInt8], SystemError> in
            if endsPage, offset == count - 1 { return .success([Self.formFeed]) }
            var buffer = [UInt8](repeating: 0, count: Self.piece)
            while true {
                let got = pread(fd.raw, &buffer, buffer.count, off_t(offset))
                if got < 0, errno == EINTR { continue }
                return got < 0 ? .failure(SystemError("read document")) : .success(Array(buffer.prefix(got)))
            }
        }.get()
    }
}
