import ZoneModel

/// accepted -> started -> printed, failed, cancelled or unknown (the outcome was not seen).
package enum JobState: String, Sendable, Codable {
    case accepted, started, printed, failed, cancelled, unknown

    package var isOver: Bool { self != .accepted && self != .started }
}

/// A document on its way through a device: the answer to `POST /v1/jobs`. Nothing of its content or name is kept.
package struct JobJSON: Sendable, Hashable, Codable {
    package var id: String
    package var device: DeviceID
    package var state: JobState
    /// Media type of the document, such as `application/pdf`.
    package var format: String
    package var bytes: Int64
    package var copies: Int
    /// Who gave it in, for example `kiosk, uid 1000 via kiosk.sock`.
    package var actor: String
    package var requestedAt: WallTime
    package var changedAt: WallTime
    /// Pages that the device itself counted; absent when it does not count.
    package var pagesProven: Int?
    /// For `failed`, `cancelled` and `unknown`: why.
    package var reason: String?

    package init(
        id: String, device: DeviceID, format: String, bytes: Int64, copies: Int, actor: String, requestedAt: WallTime
    ) {
        (self.id, self.device, state, self.format) = (id, device, .accepted, format)
        (self.bytes, self.copies, self.actor) = (bytes, copies, actor)
        (self.requestedAt, changedAt) = (requestedAt, requestedAt)
    }
}
