import Testing
import ZoneConfig
import ZoneModel
import ZoneYAML

@Suite("Fees: nothing costs anything unless a document says so")
struct FeeTests {
    private static let base = "zone: a\nnode: b\n"

    private static let approved = """
        fees:
          policy: approved
          document: 渝发改价〔2026〕12号
          prices:
            - item: 黑白打印
              service: print
              color: monochrome
              paper: a4
              per: side
              price: 0.20
            - item: 彩色打印
              service: print
              color: color
              per: side
              price: 1.5
            - item: 复印
              service: copy
              per: sheet
              price: "2"
        """

    private func read(_ text: String, hub: String? = nil) throws(FileComplaint) -> FeeConfig {
        try ReadConfiguration(
            site: ConfigurationText(file: "site.yaml", text: Self.base + text),
            remote: hub.map { ConfigurationText(file: "hub.yaml", text: $0) }
        ).config.fees
    }

    private func complaint(_ text: String, hub: String? = nil) -> FileComplaint? {
        do throws(FileComplaint) {
            _ = try read(text, hub: hub)
            return nil
        } catch {
            return error
        }
    }

    @Test("who says nothing is free, and so is who says forbidden")
    func free() throws {
        for text in ["", "fees:\n  policy: forbidden", "fees:\n  document: 某文件"] {
            let fees = try read(text)
            #expect(fees.policy == .forbidden && fees.prices.isEmpty)
            #expect(fees.quote(.init(.print, sides: 500)) == .free)
        }
    }

    @Test("any price under forbidden is a complaint about the line of that price, whether it is said or left out")
    func forbidden() {
        for policy in ["policy: forbidden", "document: 渝发改价〔2026〕12号"] {
            let text =
                "fees:\n  \(policy)\n  prices:\n    - item: 打印\n      service: print\n      per: side\n      price: 0.20"
            let found = complaint(text)
            #expect(found?.line == 9 && found?.field == "fees.prices[0].price", "\(found as Any)")
            #expect(found?.expected.contains("forbidden") == true && found?.zh.contains("未经核定") == true)
        }
    }

    @Test("approved needs the document's number and the posted list")
    func lacking() {
        let document = Self.approved.replacing("  document: 渝发改价〔2026〕12号\n", with: "")
        #expect(complaint(document)?.field == "fees.document")
        #expect(complaint("fees:\n  policy: approved\n  document: 某号")?.field == "fees.prices")
        #expect(complaint("fees:\n  policy: approved\n  document: 某号")?.line == 4)
        #expect(complaint("fees:\n  policy: approved\n  document: 某号\n  prices: []")?.field == "fees.prices")
        #expect(complaint(Self.approved) == nil)
    }

    @Test(
        "a mistake in the list is named with its line",
        arguments: [
            ("price: 0.20", "price: 0.205", 12, "fees.prices[0].price"),
            ("price: 0.20", "price: 0", 12, "fees.prices[0].price"),
            ("price: 0.20", "price: -1", 12, "fees.prices[0].price"),
            ("price: 0.20", "price: 1000", 12, "fees.prices[0].price"),
            ("price: 0.20", "price: 1e2", 12, "fees.prices[0].price"),
            ("price: 0.20", "price: .5", 12, "fees.prices[0].price"),
            ("price: 0.20", "price: 5.", 12, "fees.prices[0].price"),
            ("price: 0.20", "price: ２", 12, "fees.prices[0].price"),
            ("service: copy", "service: fax", 19, "fees.prices[2].service"),
            ("per: sheet", "per: page", 20, "fees.prices[2].per"),
            ("item: 复印", "item: 黑白打印", 18, "fees.prices[2].item"),
            ("paper: a4", "paper: A4", 10, "fees.prices[0].paper"),
            ("policy: approved", "policy: maybe", 4, "fees.policy"),
            ("per: sheet", "per: sheet\n      tax: 1", 21, "fees.prices[2].tax"),
        ])
    func mistakes(_ from: String, _ to: String, _ line: Int, _ field: String) throws {
        let text = Self.approved.replacing(from, with: to, maxReplacements: 1)
        try #require(text != Self.approved)
        let found = complaint(text)
        #expect(found?.line == line && found?.field == field && found?.file == "site.yaml", "\(found as Any)")
    }

    @Test("the hub's layer changes a price; its word alone makes nothing cost anything; the site may lock it out")
    func layers() throws {
        let dearer = "fees:\n  prices:\n    - item: 复印\n      price: 3"
        #expect(try read(Self.approved, hub: dearer).prices.map(\.money.fen) == [20, 150, 300])
        let whole = complaint("", hub: dearer)
        #expect(whole?.file == "hub.yaml" && whole?.field == "fees.prices[0].service")
        let forbid = complaint(Self.approved, hub: "fees:\n  policy: forbidden")
        #expect(forbid?.file == "hub.yaml", "right by itself, wrong together: the upper layer's writer looks there")
        #expect(try read("locked: [fees]", hub: Self.approved).prices.isEmpty)
        #expect(
            try read("locked: [fees.policy]\n" + Self.approved, hub: "fees:\n  policy: forbidden").prices.count == 3)
    }

    @Test("a job costs what the first line about it says; what nobody can know is no number")
    func quotes() throws {
        let fees = try read(Self.approved)
        func fen(_ use: FeeConfig.Use) -> Int? {
            if case .amount(let money, _) = fees.quote(use) { money.fen } else { nil }
        }
        #expect(fen(.init(.print, color: .monochrome, paper: .a4, sides: 7)) == 140)
        #expect(fen(.init(.print, color: .color, sides: 3)) == 450)
        #expect(fen(.init(.copy, sheets: 4)) == 800)
        #expect(fees.quote(.init(.print, color: .monochrome, paper: .a3, sides: 1)) == .free, "A3 is not on the list")
        #expect(fees.quote(.init(.print, paper: .a4, sides: 1)) == .asPosted, "grey or colour: the printer decides")
        #expect(fees.quote(.init(.print, color: .color)) == .asPosted, "how many sides is not known")
        #expect(fees.quote(.init(.scan, sides: 9)) == .free && fees.quote(.init(.form, sides: 40)) == .free)
    }

    @Test(
        "money is counted, never rounded",
        arguments: [("0.20", 20), ("0.2", 20), ("0.02", 2), ("1", 100), ("999.99", 99_999), ("10.05", 1005)])
    func money(_ text: String, _ fen: Int) throws {
        let money = try #require(Money(text))
        #expect(money.fen == fen && Money(money.description) == money)
        for wrong in ["", "0", "0.00", "1000", "1.234", "1.", ".1", "+1", "-1", " 1", "1 ", "1,5", "１", "1e1", "0x1"] {
            #expect(Money(wrong) == nil, "\(wrong)")
        }
    }
}

@Suite("How forms are given out, in agent.yaml")
struct FormConfigTests {
    private func read(_ text: String) throws(FileComplaint) -> FormConfig {
        try ReadConfiguration(site: ConfigurationText(file: "site.yaml", text: "zone: a\nnode: b\n" + text)).config
            .forms
    }

    @Test("a citizen gets one copy, unless the site says more; never a pile")
    func copies() throws {
        #expect(try read("").kioskCopies == 1 && read("").printer == nil)
        let forms = try read("forms:\n  printer: printer-hall\n  kioskCopies: 5")
        #expect(forms.kioskCopies == 5 && forms.printer?.text == "printer-hall")
        for text in ["kioskCopies: 0", "kioskCopies: 6", "kioskCopies: all", "printer: Hall 1", "copies: 2"] {
            #expect(throws: FileComplaint.self) { try read("forms:\n  \(text)") }
        }
    }

    @Test("every key of both sections is known to config explain")
    func explained() {
        for path in [
            "fees.policy", "fees.document", "fees.prices.黑白打印.item", "fees.prices.黑白打印.price", "fees.prices.a.per",
            "fees.prices.a.color", "fees.prices.a.paper", "fees.prices.a.service", "forms.printer", "forms.kioskCopies",
        ] { #expect(ConfigurationKey.describing(path) != nil, "\(path)") }
    }
}
