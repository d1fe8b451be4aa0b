import Subprocess
import SystemPackage
import Testing
import ZoneBus
import ZoneLinux
import ZoneTestKit
import ZoneTime

/// A real dbus-daemon of the test's own with somebody on it who says to be udisks2.
enum BusBench {
    private static let python = "/usr/bin/python3"
    private static let daemon = "/usr/bin/dbus-daemon"
    static var fake: String {
        "\(#filePath)".split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/API/fakeudisks.py"
    }

    /// `python3-dbus` is a package for that Python.
    static let isThere =
        SmallFile.exists(daemon) && SmallFile.exists("/usr/lib/python3/dist-packages/dbus/__init__.py")
        && SmallFile.exists("/usr/lib/python3/dist-packages/gi/__init__.py")
    static let missing: Comment = "dbus-daemon, python3-dbus or python3-gi are not installed (install-dependencies api)"

    /// - Parameter manner: of fakeudisks.py; `nil`: nobody on the bus is udisks2.
    static func with(_ manner: String?, _ body: (SystemBus) async throws -> Void) async throws {
        let root = try TemporaryRoot()
        let address = "unix:path=\(root.path)/bus"
        let daemon = start(BusBench.daemon, ["--session", "--nofork", "--nopidfile", "--address=\(address)"], address)
        let fake = manner.map { start(python, [BusBench.fake, $0], address) }
        do {
            let bus = SystemBus(address: address)
            try await eventuallyTrue("the bus with \(manner ?? "nobody")") {
                let names = await bus.call(listNames, within: .seconds(10))
                guard case .success(let list) = names else { return false }
                return manner == nil || list.listValue?.contains(.text("org.freedesktop.UDisks2")) == true
            }
            try await body(bus)
        } catch {
            await end([daemon, fake])
            throw error
        }
        await end([daemon, fake])
    }

    private static let listNames = BusCall(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames")

    private static func start(_ program: String, _ arguments: [String], _ address: String) -> Task<Void, Never> {
        Task {
            // Begun before the bus is there, it ends; so it is begun again until the test is over.
            while !Task.isCancelled {
                _ = try? await Subprocess.run(
                    .path(FilePath(program)), arguments: Arguments(arguments),
                    environment: .inherit.updating(["DBUS_SYSTEM_BUS_ADDRESS": address]), output: .discarded,
                    error: .discarded)
                try? await SystemClock().sleep(for: .milliseconds(100))
            }
        }
    }

    private static func end(_ tasks: [Task<Void, Never>?]) async {
        for task in tasks.reversed() {
            task?.cancel()
            await task?.value
        }
    }
}
