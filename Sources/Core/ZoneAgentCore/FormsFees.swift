import DriverKit
import ZoneConfig
import ZoneDesks
import ZoneWire

/// What is free is called so, everywhere.
private let free = "免费"

extension FeeConfig {
    /// `GET /v1/fees`.
    var json: FeesJSON {
        let approval = document.map { "（核定文件：\($0)）" } ?? ""
        return FeesJSON(
            policy: policy.rawValue, free: prices.isEmpty,
            text: prices.isEmpty ? free : "按公示标准收费，未列入的免费" + approval, document: prices.isEmpty ? nil : document,
            prices: prices.map(FeesJSON.PriceJSON.init))
    }

    /// What one job costs.
    func json(_ use: Use) -> FeeQuoteJSON {
        switch quote(use) {
        case .free: FeeQuoteJSON(free: true, fen: 0, text: free, document: nil)
        case .amount(let money, let price):
            FeeQuoteJSON(free: false, fen: money.fen, text: "\(money) 元（\(price.item)）", document: document)
        case .asPosted: FeeQuoteJSON(free: false, fen: nil, text: "按公示标准收费", document: document)
        }
    }
}

extension FeeConfig.Use {
    /// What is known of it before it is printed: what nobody chose is the printer's own setting.
    init(_ ticket: JobTicket) {
        let options = ticket.options
        let sides = ticket.pages.map { (options.pages?.bounds.count ?? $0) }
        let sheets: Int? =
            switch options.sides.flatMap(PrintOrder.Sides.init) {
            case .oneSided: sides
            case .longEdge, .shortEdge: sides.map { ($0 + 1) / 2 }
            case nil: sides == 1 ? 1 : nil
            }
        let paper = options.media.flatMap(PrintOrder.Media.init).flatMap { FeeConfig.Paper(rawValue: "\($0)") }
        self.init(
            ticket.isCopy ? .copy : ticket.form == nil ? .print : .form,
            color: options.color.flatMap(FeeConfig.Color.init), paper: paper,
            sides: sides.map { $0 * ticket.copies }, sheets: sheets.map { $0 * ticket.copies })
    }
}

extension FeesJSON.PriceJSON {
    init(_ price: FeeConfig.Price) {
        self.init(
            item: price.item, service: price.service.rawValue, color: price.color?.rawValue,
            paper: price.paper?.rawValue, per: price.unit.rawValue, fen: price.money.fen,
            text: "\(price.money) 元/\(price.unit.zh)")
    }
}

extension FeeConfig.Unit {
    fileprivate var zh: String {
        switch self {
        case .side: "面"
        case .sheet: "张"
        case .job: "次"
        }
    }
}
