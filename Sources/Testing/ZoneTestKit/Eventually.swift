import ZoneLinux
import ZoneModel
import ZoneTime

/// What was waited for did not happen in time.
package struct NeverHappened: Error, CustomStringConvertible {
    package let what: String
    package let last: String
    package var description: String { "did not happen: \(what); last seen: \(last)" }
}

/// Polls each 20 ms until `check` gives a value. The bound is generous because a loaded machine is slow; a passing
/// test never waits for it.
package func eventually<Value>(
    _ what: String, within bound: Duration = .seconds(90), _ check: () async throws -> Value?
) async throws -> Value {
    let clock = SystemClock()
    let patience = Patience(bound)
    var last = "nothing"
    while !patience.isOver {
        do {
            if let value = try await check() { return value }
        } catch {
            last = "\(error)"
        }
        try await clock.sleep(for: .milliseconds(20))
    }
    throw NeverHappened(what: what, last: last)
}

/// `eventually` for a plain yes or no.
package func eventuallyTrue(
    _ what: String, within bound: Duration = .seconds(90), _ check: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(what, within: bound) { try await check() ? true : nil }
}
