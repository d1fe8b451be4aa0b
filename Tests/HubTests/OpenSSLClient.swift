import Glibc
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

/// The command line's openssl as a node: unlike the client library here it keeps session tickets.
struct OpenSSLClient {
    private static let program = "/usr/bin/openssl"
    static var isThere: Bool { SmallFile.exists(program) }

    struct Answer {
        var text: String
        var isNew: Bool { text.contains("\nNew, TLSv") }
        var isResumed: Bool { text.contains("\nReused, TLSv") }
    }

    private let folder: String
    private let arguments: [String]

    /// - Parameter folder: gets the node's files and its ticket.
    init(_ node: Caller, in folder: String, _ version: String) throws {
        self.folder = folder
        try SmallFile.replace("\(folder)/ca.pem", with: node.trust.joined(separator: "\n"))
        try SmallFile.replace("\(folder)/node.pem", with: node.certificate?.pem ?? "")
        try SmallFile.replace("\(folder)/node.key", with: node.key.pem)
        let body = try WireCoding.text(Caller.heartbeat(try IdentityBench.name()))
        try SmallFile.replace(
            "\(folder)/request",
            with: "POST /v1/heartbeats HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        arguments = [
            "s_client", "-connect", "\(node.host):\(node.port)", version, "-ign_eof", "-CAfile", "\(folder)/ca.pem",
            "-cert", "\(folder)/node.pem", "-key", "\(folder)/node.key",
        ]
    }

    /// One heartbeat on a connection of its own.
    /// - Parameter ticket: `-sess_out` keeps the ticket, `-sess_in` uses it.
    func report(_ ticket: String) async throws -> Answer {
        // Ended by itself, whatever the server does.
        let words = ["/usr/bin/timeout", "60", OpenSSLClient.program] + arguments + [ticket, "\(folder)/ticket"]
        let (input, output) = ("\(folder)/request", "\(folder)/answer")
        let lane = BlockingLane(label: "openssl")
        let code = await lane.run { OpenSSLClient.run(words, input, output) }
        guard code == 0 else { throw SystemError("posix_spawn openssl", code) }
        return Answer(text: try SmallFile.read(output))
    }

    /// Waits for its end.
    private static func run(_ words: [String], _ input: String, _ output: String) -> CInt {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&files, 1, 2)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var (child, status) = (pid_t(), CInt())
        let code = posix_spawn(&child, words[0], &files, nil, &arguments, nil)
        guard code == 0 else { return code }
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return 0
    }
}
