// Purpose: what people and programs ask for: commands, jobs, leases, healing steps. Each is written down before it acts.
import ZoneJournal
import ZoneModel
import ZoneWire

/// The `Idempotency-Key` of a request (as in the IETF draft of that name): who repeats it after a lost answer gets the
/// answer to the first one, and nothing happens twice.
package struct RequestKey: Sendable, Hashable {
    package var user: UInt32
    package var route: String
    package var key: String
    /// SHA-256 of the body, hex.
    package var bodyHash: String

    package init(user: UInt32, route: String, key: String, bodyHash: String) {
        (self.user, self.route, self.key, self.bodyHash) = (user, route, key, bodyHash)
    }
}

/// Which keys were used in the last 24 hours.
package struct RequestMemory: Sendable {
    static let lifetimeMilliseconds: Int64 = 24 * 3_600_000
    /// A client that makes a key per second all day is cut off at its oldest ones.
    private static let limit = 20_000

    private struct Slot: Hashable {
        var user: UInt32
        var route: String
        var key: String
    }

    private var used: [Slot: RememberedRequest] = [:]

    package init(_ stored: [RememberedRequest] = []) {
        for request in stored { used[Slot(user: request.user, route: request.route, key: request.key)] = request }
    }

    /// Whether the key was used, whatever for.
    package func knows(_ key: RequestKey, at now: WallTime) -> Bool {
        guard let known = used[Slot(user: key.user, route: key.route, key: key.key)] else { return false }
        return now.milliseconds - known.at.milliseconds < RequestMemory.lifetimeMilliseconds
    }

    /// - Returns: what the key made before; `nil` when it is new.
    /// - Throws: `ErrorJSON` when it was used for another body.
    package func made(by key: RequestKey, at now: WallTime) throws(ErrorJSON) -> String? {
        guard let known = used[Slot(user: key.user, route: key.route, key: key.key)],
            now.milliseconds - known.at.milliseconds < RequestMemory.lifetimeMilliseconds
        else { return nil }
        guard known.bodyHash == key.bodyHash else {
            throw ErrorJSON(
                code: "key.reused",
                message: "Idempotency-Key was used for another request within 24 hours: use a new one",
                zh: "Idempotency-Key 在 24 小时内已用于另一个请求，请换一个")
        }
        return known.made
    }

    /// Remembers at once, before anything is awaited, so that two at the same moment are one.
    @discardableResult
    package mutating func remember(_ key: RequestKey, made id: String, at now: WallTime) -> RememberedRequest {
        let request = RememberedRequest(
            user: key.user, route: key.route, key: key.key, bodyHash: key.bodyHash, made: id, at: now)
        if used.count >= RequestMemory.limit { forgetOld(now) }
        used[Slot(user: key.user, route: key.route, key: key.key)] = request
        return request
    }

    package mutating func forget(_ key: RequestKey) { used[Slot(user: key.user, route: key.route, key: key.key)] = nil }

    private mutating func forgetOld(_ now: WallTime) {
        used = used.filter { now.milliseconds - $0.value.at.milliseconds < RequestMemory.lifetimeMilliseconds }
        guard used.count >= RequestMemory.limit else { return }
        let oldest = used.sorted { $0.value.at < $1.value.at }.prefix(RequestMemory.limit / 2)
        for (slot, _) in oldest { used[slot] = nil }
    }
}
