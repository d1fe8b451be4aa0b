/// Room in reserve: on a full disk a DELETE needs room too, so a file is kept that can be given up.
package struct Ballast: Sendable {
    private static let bytes: UInt64 = 32 << 20
    /// Laid down again only when this many times its size is free.
    private static let comfort: UInt64 = 3

    private let path: String
    private let size: UInt64

    /// - Parameter path: a file on the database's own file system. At most a sixteenth of it is taken.
    package init(path: String, beside directory: String) {
        self.path = path
        let total = (try? Machine.fileSystem(of: directory).total) ?? 0
        size = min(Ballast.bytes, total / 16)
    }

    package var isThere: Bool { SmallFile.exists(path) }

    package func lay() {
        guard size > 0, !isThere, let disk = try? Machine.fileSystem(of: SmallFile.folder(of: path)),
            disk.available > size * Ballast.comfort
        else { return }
        do {
            try OwnedFD.create(path, mode: 0o600).allocate(size)
        } catch {
            SmallFile.remove(path)
        }
    }

    /// - Returns: whether there was something to give up.
    package func release() -> Bool {
        guard isThere else { return false }
        SmallFile.remove(path)
        return true
    }
}
