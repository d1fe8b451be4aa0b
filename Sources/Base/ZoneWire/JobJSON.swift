import ZoneModel

/// accepted -> started -> printed, failed, cancelled or unknown (the outcome was not seen).
package enum JobState: String, Sendable, Codable {
    case accepted, started, printed, failed, cancelled, unknown

    package var isOver: Bool { self != .accepted && self != .started }
}

/// `2-5`, or `3` for one page; from 1.
package struct PageRange: Sendable, Hashable, Codable, LosslessStringConvertible {
    /// No document that is printed here has more.
    package static let last = 99_999

    package let bounds: ClosedRange<Int>

    package init?(_ text: String) {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { PageRange.page($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
        bounds = first...last
    }

    /// One spelling: no sign, no leading zero.
    private static func page(_ text: Substring) -> Int? {
        guard let page = Int(text), (1...last).contains(page), String(page) == text else { return nil }
        return page
    }

    package var description: String {
        bounds.count == 1 ? "\(bounds.lowerBound)" : "\(bounds.lowerBound)-\(bounds.upperBound)"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let range = PageRange(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected pages such as 2-5")
        }
        self = range
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What a person saw who looked into the tray of a job whose paper the device did not prove.
package struct JobConfirmation: Sendable, Hashable, Codable {
    package enum Paper: String, Sendable, Codable, CaseIterable { case all, some, none }

    package var paper: Paper
    /// Who says so, for example `staff, uid 1000 via kiosk.sock`.
    package var actor: String
    package var at: WallTime

    package init(paper: Paper, actor: String, at: WallTime) { (self.paper, self.actor, self.at) = (paper, actor, at) }
}

/// How a document is wanted, in IPP's words; what is `nil` is left to the device.
package struct JobOptions: Sendable, Hashable, Codable {
    package var sides: String?
    package var media: String?
    package var color: String?
    package var pages: PageRange?

    package init(sides: String? = nil, media: String? = nil, color: String? = nil, pages: PageRange? = nil) {
        (self.sides, self.media, self.color, self.pages) = (sides, media, color, pages)
    }
}

/// A document on its way through a device: the answer to `POST /v1/jobs`. Nothing of its content or name is kept.
package struct JobJSON: Sendable, Hashable, Codable {
    package var id: String
    package var device: DeviceID
    package var state: JobState
    /// Media type of the document as it was found to be, such as `application/pdf`.
    package var format: String
    package var bytes: Int64
    package var copies: Int
    /// Of the document; absent where only the device knows.
    package var pages: Int?
    /// Absent when everything is left to the device.
    package var options: JobOptions?
    /// The form of the shelf that it prints. Which one says nothing about who took it.
    package var form: Slug?
    package var fee: FeeQuoteJSON?
    /// A copy of paper that was scanned here; absent for documents.
    package var copy: Bool?
    /// Where the citizen takes the paper, by the site's word when it was given in; absent where it comes out beside them.
    package var collect: String?
    /// Who gave it in, for example `kiosk, uid 1000 via kiosk.sock`.
    package var actor: String
    package var requestedAt: WallTime
    package var changedAt: WallTime
    /// While it is printed: sides that are out, as the device says; a progress, never a proof.
    package var impressions: Int?
    /// Pages that the device itself counted; absent when it does not count.
    package var pagesProven: Int?
    /// For `failed`, `cancelled` and `unknown`: why.
    package var reason: String?
    /// Only where nothing was proven, and somebody looked.
    package var confirmed: JobConfirmation?

    package init(
        id: String, device: DeviceID, format: String, bytes: Int64, copies: Int, actor: String, requestedAt: WallTime
    ) {
        (self.id, self.device, state, self.format) = (id, device, .accepted, format)
        (self.bytes, self.copies, self.actor) = (bytes, copies, actor)
        (self.requestedAt, changedAt) = (requestedAt, requestedAt)
    }

    /// Pages that one copy is to have: sides of paper that are printed, not sheets.
    package var pagesWanted: Int? { pages.map { options?.pages?.bounds.count ?? $0 } }
}
