import ZoneModel

/// `GET /v1/fees`: what citizens pay, as it must be posted.
package struct FeesJSON: Sendable, Hashable, Codable {
    package struct PriceJSON: Sendable, Hashable, Codable {
        package var item: String
        /// `print`, `copy`, `scan`, `form`.
        package var service: String
        /// `color`, `monochrome`; absent: both.
        package var color: String?
        /// `a4`, `a3`, `a5`, `b5`; absent: all.
        package var paper: String?
        /// `side`, `sheet`, `job`.
        package var per: String
        /// A hundredth of a yuan.
        package var fen: Int
        /// Such as `0.20 元/面`.
        package var text: String

        package init(
            item: String, service: String, color: String?, paper: String?, per: String, fen: Int, text: String
        ) {
            (self.item, self.service, self.color, self.paper) = (item, service, color, paper)
            (self.per, self.fen, self.text) = (per, fen, text)
        }
    }

    /// `forbidden`, `approved`.
    package var policy: String
    package var free: Bool
    package var text: String
    package var document: String?
    package var prices: [PriceJSON]

    package init(policy: String, free: Bool, text: String, document: String?, prices: [PriceJSON]) {
        (self.policy, self.free, self.text) = (policy, free, text)
        (self.document, self.prices) = (document, prices)
    }
}

/// What one job costs.
package struct FeeQuoteJSON: Sendable, Hashable, Codable {
    package var free: Bool
    /// Absent when it cannot be told from what is known of the job.
    package var fen: Int?
    package var text: String
    /// The document that approves it.
    package var document: String?

    package init(free: Bool, fen: Int?, text: String, document: String?) {
        (self.free, self.fen, self.text, self.document) = (free, fen, text, document)
    }
}
