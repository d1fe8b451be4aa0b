import Subprocess
import SystemPackage
import ZoneLinux
import ZoneTestKit

/// The command line's openssl: a second opinion on everything that leaves this module.
struct OpenSSL {
    static let path = ["/usr/bin/openssl", "/bin/openssl"].first { SmallFile.exists($0) }
    static let missing = "openssl is not installed here, so there is no second opinion"

    struct Answer {
        let code: Int32
        let words: String
    }

    private let root: TemporaryRoot
    var folder: String { root.path }

    init() throws { root = try TemporaryRoot() }

    /// Puts a file beside the others and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        try SmallFile.replace("\(folder)/\(name)", with: text)
        return "\(folder)/\(name)"
    }

    func read(_ name: String) throws -> String { try SmallFile.read("\(folder)/\(name)") }

    func callAsFunction(_ arguments: String...) async throws -> Answer { try await self(arguments: arguments) }

    func callAsFunction(arguments: [String]) async throws -> Answer {
        let result = try await Subprocess.run(
            .path(FilePath(OpenSSL.path ?? "openssl")), arguments: Arguments(arguments),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let code) = result.terminationStatus else { return Answer(code: -1, words: "killed") }
        return Answer(code: code, words: result.standardOutput + result.standardError)
    }
}
