import ZoneModel

/// `POST /v1/copies`.
package struct CopyRequest: Sendable, Hashable, Codable {
    package enum Mode: String, Sendable, Codable, CaseIterable {
        /// One A4 side from the glass.
        case page
        /// Both sides of a card on one A4 side, with a pause between them.
        case idCard
        /// What lies in the feeder.
        case feeder
    }

    package static let copiesRange = 1...9
    package static let brightnessRange = -100...100

    package var device: DeviceID
    package var mode: Mode
    /// By default 1.
    package var copies: Int?
    /// By default no.
    package var color: Bool?
    /// By default 0.
    package var brightness: Int?

    package init(device: DeviceID, mode: Mode, copies: Int? = nil, color: Bool? = nil, brightness: Int? = nil) {
        (self.device, self.mode, self.copies, self.color) = (device, mode, copies, color)
        self.brightness = brightness
    }

    /// `nil` when it can be done, else which field is out of range.
    package var complaint: String? {
        if let copies, !CopyRequest.copiesRange.contains(copies) { return "copies: expected 1 to 9" }
        if let brightness, !CopyRequest.brightnessRange.contains(brightness) {
            return "brightness: expected -100 to 100"
        }
        return nil
    }
}

/// One copy on its way from glass to paper: the answer to `POST /v1/copies`. It lives in memory only, for an hour.
package struct CopyJSON: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        case scanning, waitingForSecondSide, printing, done, failed
        /// Nobody came with the second side, or it was cancelled.
        case givenUp

        package var isOver: Bool { self == .done || self == .failed || self == .givenUp }
    }

    package var id: String
    package var device: DeviceID
    package var mode: CopyRequest.Mode
    package var state: State
    package var copies: Int
    package var color: Bool
    package var brightness: Int
    /// Sides of paper of one copy, as far as they are scanned.
    package var pages: Int
    /// While it waits for the second side: ms that it still does.
    package var waitsMs: Int64?
    /// The job that prints it, as soon as there is one: `GET /v1/jobs/{job}`.
    package var job: String?
    package var fee: FeeQuoteJSON?
    /// For `failed` and `givenUp`.
    package var problem: ErrorJSON?

    package init(id: String, request: CopyRequest) {
        (self.id, device, mode, state) = (id, request.device, request.mode, .scanning)
        (copies, color, brightness) = (request.copies ?? 1, request.color ?? false, request.brightness ?? 0)
        pages = 0
    }
}
