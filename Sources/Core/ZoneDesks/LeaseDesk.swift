import Synchronization
import ZoneAccess
import ZoneModel
import ZoneTime
import ZoneWire

/// Who has a device to themselves for a while, so that two programs at one kiosk do not print into each other. A lease
/// never touches a job that was accepted, and leases do not outlive the agent.
package final class LeaseDesk: Sendable {
    package static let ttlRange: ClosedRange<Int64> = 1000...300_000

    private struct Lease {
        var device: DeviceID
        var holder: Caller
        var expires: MonoTime
        /// Streams that are bound to it; while there is one, time does not end it.
        var streams = 0
    }

    private let leases = Mutex<[String: Lease]>([:])
    private let clock: any ZoneClock
    private let note: @Sendable (EventName, DeviceID, JSONValue) -> Void

    /// - Parameter note: writes `lease.granted` and `lease.released` down.
    package init(clock: any ZoneClock, note: @escaping @Sendable (EventName, DeviceID, JSONValue) -> Void) {
        (self.clock, self.note) = (clock, note)
    }

    /// - Parameter ttl: ms, within `ttlRange`.
    package func take(_ device: DeviceID, ttl: Int64, by caller: Caller) throws(ErrorJSON) -> LeaseJSON {
        try LeaseDesk.check(ttl)
        tick()
        let expires = clock.mono().advanced(by: .milliseconds(ttl))
        let token = HexID.make().text + HexID.make().text
        let isFree = leases.withLock { leases in
            guard !leases.values.contains(where: { $0.device == device }) else { return false }
            leases[token] = Lease(device: device, holder: caller, expires: expires)
            return true
        }
        guard isFree else { throw .leased(device) }
        note(.leaseGranted, device, ["holder": .string(caller.description)])
        return LeaseJSON(device: device, token: token, endsIn: ttl)
    }

    package func renew(_ token: String, _ device: DeviceID, ttl: Int64) throws(ErrorJSON) -> LeaseJSON {
        try LeaseDesk.check(ttl)
        tick()
        let expires = clock.mono().advanced(by: .milliseconds(ttl))
        let isKnown = leases.withLock { leases in
            guard leases[token]?.device == device else { return false }
            leases[token]?.expires = expires
            return true
        }
        guard isKnown else { throw .noLease }
        return LeaseJSON(device: device, token: token, endsIn: ttl)
    }

    package func release(_ token: String, _ device: DeviceID) throws(ErrorJSON) {
        guard leases.withLock({ $0[token]?.device }) == device else { throw .noLease }
        end(token, why: "released")
    }

    /// Takes a device away from whoever holds it.
    package func breakLease(of device: DeviceID, by caller: Caller) throws(ErrorJSON) {
        guard let token = leases.withLock({ leases in leases.first { $0.value.device == device }?.key }) else {
            throw .noLease
        }
        end(token, why: "broken by \(caller)")
    }

    package func requireKnown(_ token: String) throws(ErrorJSON) {
        tick()
        guard leases.withLock({ $0[token] != nil }) else { throw .noLease }
    }

    /// Is `token` a lease of this device that goes on?
    package func isHeld(_ device: DeviceID, by token: String) -> Bool {
        tick()
        return leases.withLock { $0[token]?.device == device }
    }

    /// For what only the holder may see.
    package func requireHeld(_ device: DeviceID, by token: String?) throws(ErrorJSON) {
        guard let token, isHeld(device, by: token) else { throw .noLease }
    }

    /// For what nobody, technicians neither, does to a device that somebody else holds.
    package func requireFree(_ device: DeviceID, butFor token: String?) throws(ErrorJSON) {
        if let token { return try requireHeld(device, by: token) }
        tick()
        if leases.withLock({ leases in leases.values.contains { $0.device == device } }) { throw .leased(device) }
    }

    package func isLeased(_ device: DeviceID) -> Bool {
        tick()
        return leases.withLock { leases in leases.values.contains { $0.device == device } }
    }

    /// Binds a stream of events to the lease.
    package func bind(_ token: String) throws(ErrorJSON) {
        tick()
        let isKnown = leases.withLock { leases in
            guard leases[token] != nil else { return false }
            leases[token]?.streams += 1
            return true
        }
        guard isKnown else { throw .noLease }
    }

    /// A bound stream has ended, and with the last one the lease.
    package func unbind(_ token: String) {
        let isLast = leases.withLock { leases in
            leases[token]?.streams -= 1
            return leases[token]?.streams == 0
        }
        if isLast { end(token, why: "streamClosed") }
    }

    /// May somebody with `token` (or none) use the device? People with technical rights are not asked for a lease.
    package func check(_ device: DeviceID, token: String?, by caller: Caller) throws(ErrorJSON) {
        guard !caller.may(.breakLease) else { return }
        tick()
        let holder = leases.withLock { leases in leases.first { $0.value.device == device }?.key }
        if let holder, holder != token { throw .leased(device) }
        // Who believes to hold it must learn that it has ended.
        if holder == nil, token != nil { throw .noLease }
    }

    /// Ends what has run out.
    package func tick() {
        let now = clock.mono()
        let over = leases.withLock { leases in
            leases.filter { $0.value.streams == 0 && $0.value.expires <= now }.map(\.key)
        }
        for token in over { end(token, why: "expired") }
    }

    private func end(_ token: String, why: String) {
        guard let lease = leases.withLock({ $0.removeValue(forKey: token) }) else { return }
        note(.leaseReleased, lease.device, ["why": .string(why), "holder": .string(lease.holder.description)])
    }

    private static func check(_ ttl: Int64) throws(ErrorJSON) {
        guard ttlRange.contains(ttl) else { throw .invalid("ttl: expected 1000 to 300000 (ms)") }
    }
}

extension ErrorJSON {
    fileprivate static func leased(_ device: DeviceID) -> ErrorJSON {
        ErrorJSON(
            code: "device.leased", message: "\(device) is leased to another program: wait, or send its Lease-Token",
            zh: "设备正被另一个程序占用，请稍候", fixer: .none)
    }

    fileprivate static var noLease: ErrorJSON {
        ErrorJSON(
            code: "lease.unknown", message: "no such lease: it has ended or the token is wrong; take a new one",
            zh: "占用已结束或令牌不对，请重新申请", fixer: .none)
    }
}
