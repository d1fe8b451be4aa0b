import ZoneModel

/// `POST` and `PUT /v1/devices/{id}/lease`.
package struct LeaseRequest: Sendable, Hashable, Codable {
    /// ms, 1000 to 300000; by default 60000.
    package var ttl: Int64?

    package init(ttl: Int64? = nil) { self.ttl = ttl }
}

/// A lease; the token goes into the header `Lease-Token`.
package struct LeaseJSON: Sendable, Hashable, Codable {
    package var device: DeviceID
    package var token: String
    /// ms until it ends, unless a stream is bound to it.
    package var endsIn: Int64

    package init(device: DeviceID, token: String, endsIn: Int64) {
        (self.device, self.token, self.endsIn) = (device, token, endsIn)
    }
}

/// `PUT /v1/holds/{subject}/{mode}`.
package struct HoldRequest: Sendable, Hashable, Codable {
    /// What people will read.
    package var reason: String?
    /// When it ends by itself; absent: when somebody releases it.
    package var until: WallTime?

    /// A hold that lasts for years is a slip of the hand: without an end it lasts until it is released.
    package static let mostDays = 366

    package init(reason: String? = nil, until: WallTime? = nil) { (self.reason, self.until) = (reason, until) }

    /// What is wrong with its end.
    package func complaint(at now: WallTime, _ quality: ClockQuality) -> ErrorJSON? {
        func invalid(_ zh: String, _ message: String) -> ErrorJSON {
            ErrorJSON(code: "request.invalid", message: "until: \(message)", zh: "until：\(zh)")
        }
        guard let until else { return nil }
        guard until > now else { return invalid("应为将来的时间", "expected a time to come") }
        // By a clock that nobody vouches for, any date may be years away.
        let isTooFar = quality != .unsynced && until > now.advanced(byMilliseconds: Int64(Self.mostDays) * 86_400_000)
        return isTooFar
            ? invalid("最多 \(Self.mostDays) 天；不写就一直停用，直到解除", "expected a time within \(Self.mostDays) days, or none")
            : nil
    }
}

/// `POST /v1/staff/session` and `PUT /v1/staff/pin`.
package struct PINRequest: Sendable, Hashable, Codable {
    package var pin: String

    package init(pin: String) { self.pin = pin }
}

/// An open staff session; the token goes into the header `Staff-Token`.
package struct StaffSessionJSON: Sendable, Hashable, Codable {
    package var token: String
    /// ms without a request after which it ends.
    package var idle: Int64
    /// ms after which it ends in any case.
    package var endsIn: Int64

    package init(token: String, idle: Int64, endsIn: Int64) {
        (self.token, self.idle, self.endsIn) = (token, idle, endsIn)
    }
}

/// `GET /v1/me`: who the agent takes the caller for.
package struct CallerJSON: Sendable, Hashable, Codable {
    package var role: String
    package var uid: UInt32
    package var door: String
    package var actions: [String]

    package init(role: String, uid: UInt32, door: String, actions: [String]) {
        (self.role, self.uid, self.door, self.actions) = (role, uid, door, actions)
    }
}
