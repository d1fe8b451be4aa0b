import DriverKit
import Logging
import Synchronization
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

/// What the desks stand on: a journal in a folder of its own, opened as often as a test restarts the agent, and a clock
/// for the desks that only the test moves. (The journal has the real one: what waits there for company would never go.)
struct DeskRig {
    static let citizen = Caller(door: .kiosk, uid: 1000, role: .kiosk)
    static let technician = Caller(door: .admin, uid: 1001, role: .technician)
    static let printer = DeviceID(.printer, 1)
    static let panel = DeviceID(.touchPanel, 1)

    let root: TemporaryRoot
    let clock = ManualClock()
    let log = Logger(label: "test")

    init() throws { root = try TemporaryRoot() }

    /// Opens the journal, closes it whatever happens.
    func withJournal<Value>(boot: String = "boot", _ body: (Journal) async throws -> Value) async throws -> Value {
        let journal = try Journal(path: root.path + "/journal.db", boot: boot, clock: SystemClock())
        do {
            let value = try await body(journal)
            await journal.close()
            return value
        } catch {
            await journal.close()
            throw error
        }
    }

    /// Lets time pass, a step per poll, until `check` holds.
    func crank(_ what: String, by step: Duration = .seconds(1), until check: () async throws -> Bool) async throws {
        try await eventuallyTrue(what) {
            if try await check() { return true }
            clock.advance(by: step)
            return false
        }
    }

    /// Waits until so many sleep on the clock: then what a test has begun is where it will stay.
    func sleepers(_ count: Int) async throws {
        try await eventuallyTrue("\(count) wait on the clock") { clock.sleeperCount == count }
    }

    /// A key as a route makes it; `body` stands for what was sent.
    static func key(_ text: String, user: UInt32 = 1000, route: String = "/v1/x", body: String = "body") -> RequestKey {
        RequestKey(user: user, route: route, key: text, bodyHash: body)
    }
}

extension Journal {
    /// The names of all rows about `id`, in order.
    func story(of id: String) async throws -> [EventName] {
        try await page(after: 0, limit: 10_000).filter { $0.data["id"] == .string(id) }.map(\.name)
    }

    func names() async throws -> [EventName] { try await page(after: 0, limit: 10_000).map(\.name) }
}

/// What was noted, in order, from any thread.
final class Notes<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
}
