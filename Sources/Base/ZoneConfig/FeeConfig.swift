import ZoneModel
import ZoneYAML

/// What citizens pay. 未经核定的，不得收取任何费用; 收费标准应在现场公开 (梁平府办发〔2021〕88号): without the number of the document
/// that approves them there are no prices, and what is not on the posted list is free.
package struct FeeConfig: Sendable, Hashable {
    package enum Policy: String, Sendable, CaseIterable { case forbidden, approved }

    /// What is paid for. `form` is a form of the shelf, apart from `print`: most places give it away.
    package enum Service: String, Sendable, CaseIterable { case print, copy, scan, form }
    package enum Color: String, Sendable, CaseIterable { case color, monochrome }
    package enum Paper: String, Sendable, CaseIterable { case a4, a3, a5, b5 }
    /// A printed side, a sheet of paper, the whole job.
    package enum Unit: String, Sendable, CaseIterable { case side, sheet, job }

    /// One line of the posted list.
    package struct Price: Sendable, Hashable {
        /// As on the posted list.
        package var item: String
        package var service: Service
        /// `nil`: whatever the colour.
        package var color: Color?
        package var paper: Paper?
        package var unit: Unit
        package var money: Money
    }

    package var policy = Policy.forbidden
    /// Number of the document that approves the prices, such as 渝发改价〔2026〕12号.
    package var document: String?
    /// Empty while they are forbidden.
    package var prices: [Price] = []

    package init() {}
}

/// Yuan, counted in fen: no sum of prices is rounded.
package struct Money: Sendable, Hashable, CustomStringConvertible {
    package let fen: Int

    package init(fen: Int) { self.fen = fen }

    /// `0.20`, `1.5` or `2`; more than nothing and less than 1000.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let yuan = Money.number(parts[0], digits: 1...3) else { return nil }
        var fen = yuan * 100
        if parts.count == 2 {
            guard let small = Money.number(parts[1], digits: 1...2) else { return nil }
            fen += parts[1].count == 1 ? small * 10 : small
        }
        guard fen > 0 else { return nil }
        self.fen = fen
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    package var description: String {
        let rest = fen % 100
        return "\(fen / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension FeeConfig {
    /// What one job used; what is `nil` nobody knows.
    package struct Use: Sendable, Hashable {
        package var service: Service
        package var color: Color?
        package var paper: Paper?
        package var sides: Int?
        package var sheets: Int?

        package init(
            _ service: Service, color: Color? = nil, paper: Paper? = nil, sides: Int? = nil, sheets: Int? = nil
        ) {
            (self.service, self.color, self.paper, self.sides, self.sheets) = (service, color, paper, sides, sheets)
        }
    }

    package enum Quote: Sendable, Hashable {
        case free
        case amount(Money, Price)
        /// Something is to be paid, but how much cannot be told from what is known of the job.
        case asPosted
    }

    /// What a job costs: the first line of the list that is about it.
    package func quote(_ use: Use) -> Quote {
        for price in prices where price.service == use.service {
            switch price.fits(use) {
            case .some(false): continue
            case .none: return .asPosted
            case .some(true):
                guard let count = price.unit.count(use) else { return .asPosted }
                return .amount(Money(fen: price.money.fen * count), price)
            }
        }
        return .free
    }
}

extension FeeConfig.Price {
    /// `nil`: not to be told.
    fileprivate func fits(_ use: FeeConfig.Use) -> Bool? {
        var isUnknown = false
        if let color {
            guard use.color == nil || use.color == color else { return false }
            isUnknown = use.color == nil
        }
        if let paper {
            guard use.paper == nil || use.paper == paper else { return false }
            isUnknown = isUnknown || use.paper == nil
        }
        return isUnknown ? nil : true
    }
}

extension FeeConfig.Unit {
    fileprivate func count(_ use: FeeConfig.Use) -> Int? {
        switch self {
        case .side: use.sides
        case .sheet: use.sheets
        case .job: 1
        }
    }
}
