import ZoneModel
import ZoneYAML

extension FeeConfig {
    /// - Throws: a complaint about the line of the price that nobody has approved, or about what an approval lacks.
    init(in root: inout LayeredSection) throws(FileComplaint) {
        self.init()
        guard var section = try root.section("fees") else { return }
        policy = try section.value("policy", expected: words(Policy.self), Policy.init) ?? .forbidden
        document = try section.value(
            "document", expected: "the number of the document that approves the prices, such as 渝发改价〔2026〕12号",
            FeeConfig.printable)
        for var line in try section.sections("prices", by: "item") {
            prices.append(try Price(&line))
            try line.finish()
            guard policy == .approved else {
                throw line.complaint(
                    "price",
                    expected: "no price: fees.policy is forbidden (未经核定的，不得收取任何费用); take it out, or set "
                        + "fees.policy: approved and fees.document")
            }
            section.absorb(line)
        }
        try requireApproval(section)
        try section.finish()
        root.absorb(section)
    }

    private func requireApproval(_ section: LayeredSection) throws(FileComplaint) {
        guard policy == .approved else { return }
        guard document != nil else {
            throw section.complaint(
                "document", expected: "the number of the document that approves the prices (核定文件号)")
        }
        guard !prices.isEmpty else {
            throw section.complaint(
                "prices", expected: "the list of prices as it is posted (收费标准应在现场公开); without one: policy: forbidden")
        }
    }

    /// Goes onto a list on the wall.
    fileprivate static func printable(_ text: String) -> String? {
        text.allSatisfy(\.isWhitespace) || text.count > 80 ? nil : text
    }
}

extension FeeConfig.Price {
    fileprivate init(_ line: inout LayeredSection) throws(FileComplaint) {
        item = try line.required("item", expected: "what it is for, as on the posted list", FeeConfig.printable)
        service = try line.required("service", expected: words(FeeConfig.Service.self), FeeConfig.Service.init)
        color = try line.value("color", expected: words(FeeConfig.Color.self), FeeConfig.Color.init)
        paper = try line.value("paper", expected: words(FeeConfig.Paper.self), FeeConfig.Paper.init)
        unit = try line.required("per", expected: words(FeeConfig.Unit.self), FeeConfig.Unit.init)
        money = try line.required("price", expected: "yuan, 0.01 to 999.99; what is free is not listed", Money.init)
    }
}
