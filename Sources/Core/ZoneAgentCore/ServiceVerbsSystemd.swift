import DriverKit
import Subprocess
import SystemPackage
import ZoneLinux
import ZoneModel
import ZoneTime

/// The service manager, as far as the agent needs it.
protocol UnitManager: Sendable {
    func restart(_ unit: String, within deadline: Duration) async throws(DeviceError)
    func stop(_ unit: String, within deadline: Duration) async throws(DeviceError)
    func start(_ unit: String, within deadline: Duration) async throws(DeviceError)
    /// Properties by unit and name; what cannot be asked is not there.
    func facts(of units: [String]) async -> [String: [String: String]]
}

/// systemd through its own systemctl, which speaks D-Bus; a child with a deadline, so that neither can cost the agent
/// more than an answer.
struct SystemdUnits: UnitManager {
    private static let folders = ["/usr/bin", "/bin"]
    private static let limit = 64 * 1024
    private static let patience = Duration.seconds(5)
    static let properties = [
        "LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "NRestarts", "NeedDaemonReload",
        "MemoryCurrent", "CPUUsageNSec", "TasksCurrent",
    ]

    let clock: any ZoneClock

    enum End: Sendable {
        case ended(code: Int32, words: String)
        case failed(String)
    }

    func restart(_ unit: String, within deadline: Duration) async throws(DeviceError) {
        try await order("restart", unit, within: deadline)
    }

    func stop(_ unit: String, within deadline: Duration) async throws(DeviceError) {
        try await order("stop", unit, within: deadline)
    }

    func start(_ unit: String, within deadline: Duration) async throws(DeviceError) {
        try await order("start", unit, within: deadline)
    }

    private func order(_ verb: String, _ unit: String, within deadline: Duration) async throws(DeviceError) {
        let doing = "\(verb) \(unit)"
        switch await run([verb, "--no-ask-password", "--", unit], within: deadline) {
        case .ended(0, _): return
        case .ended(_, let words): throw DeviceError(.ioFailed, doing: doing, words.cleaned(limit: 200))
        case .failed(let detail): throw DeviceError(.ioFailed, doing: doing, detail)
        case nil:
            throw DeviceError(
                .timedOut, doing: doing,
                "not done within \(deadline.milliseconds) ms; systemd may still be at it")
        }
    }

    func facts(of units: [String]) async -> [String: [String: String]] {
        let wanted = "--property=" + (["Id"] + SystemdUnits.properties).joined(separator: ",")
        guard case .ended(0, let text) = await run(["show", wanted, "--"] + units, within: SystemdUnits.patience) else {
            return [:]
        }
        return SystemdUnits.blocks(text)
    }

    /// systemctl show: `Name=value` lines, an empty line between units (systemctl(1)).
    static func blocks(_ text: String) -> [String: [String: String]] {
        var found: [String: [String: String]] = [:]
        var block: [String: String] = [:]
        // The last block has no empty line behind it.
        for line in (text + "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            let pair = line.split(separator: "=", maxSplits: 1).map { String($0).cleaned(limit: 80) }
            if line.isEmpty {
                if let id = block.removeValue(forKey: "Id") { found[id] = block }
                block = [:]
            } else if pair.count == 2 {
                block[pair[0]] = pair[1]
            }
        }
        return found
    }

    /// - Returns: `nil` when it overran; then the program was killed.
    func run(_ arguments: [String], within deadline: Duration) async -> End? {
        let candidates = SystemdUnits.folders.map { "\($0)/systemctl" }
        guard let path = candidates.first(where: { SmallFile.exists($0) }) else {
            return .failed("there is no systemctl")
        }
        let work = Task { await SystemdUnits.end(of: path, arguments) }
        let end = await firstOf(work, orAfter: deadline, clock)
        // Of no use to anybody any more, and it holds nothing.
        if end == nil { work.cancel() }
        return end
    }

    private static func end(of path: String, _ arguments: [String]) async -> End {
        var options = PlatformOptions()
        options.teardownSequence = []
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments),
                // Read by a program: the language must not be that of whoever set up the PC.
                environment: .inherit.updating(["LC_ALL": "C", "SYSTEMD_PAGER": ""]),
                platformOptions: options, output: .string(limit: limit), error: .string(limit: limit))
            let words = result.standardOutput.isEmpty ? result.standardError : result.standardOutput
            guard case .exited(let code) = result.terminationStatus else { return .failed("systemctl was killed") }
            return .ended(code: code, words: words)
        } catch {
            return .failed("\(error)".cleaned())
        }
    }
}
