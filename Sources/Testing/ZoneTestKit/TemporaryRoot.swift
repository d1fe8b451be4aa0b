import ZoneLinux

/// A root for the programs of one test, removed with it.
package final class TemporaryRoot: Sendable {
    package let path: String
    private let folder: TemporaryFolder

    package init() throws {
        folder = try TemporaryFolder()
        path = folder.path
    }
}
