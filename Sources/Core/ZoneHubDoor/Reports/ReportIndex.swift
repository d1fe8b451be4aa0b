import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

/// The page that the wall links to: the district's overviews, and each zone's last month.
enum ReportIndex {
    private static let monthsBack = 12

    static func page(zones: [ZoneJSON], today: CivilDate) -> String {
        let months = lastMonths(before: today)
        let overviews = months.map { row($0.title, "/api/v1/reports/\($0)") }
        let quarters = lastQuarters(months)
        let circulars = quarters.map { row("\($0.title)季度通报", "/api/v1/reports/\($0)") }
        let last = months.first ?? SheetPeriod(monthOf: today)
        let years = [SheetPeriod.year(today.year), .year(today.year - 1)]
        let yearly = years.map { row("\($0.title)汇总", "/api/v1/reports/\($0)") }
        let longer = [quarters.first, years.first].compactMap(\.self)
        let sheets = zones.map { zone in sheetRow(zone, last, longer) }
        return """
            <!doctype html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>专区运行情况报表</title>
            <style>
            \(PaperStyle.css)
            a { color: #000; }
            </style>
            </head>
            <body>
            <nav><a href="/">返回运行情况</a></nav>
            <h1>专区运行情况报表</h1>
            <h2>全区汇总</h2>
            \(table(overviews + circulars + yearly))
            <h2>各专区（\(last.title)）</h2>
            \(sheets.isEmpty ? "<p>还没有专区。</p>" : table(sheets))
            <p class="note">表格（CSV）可直接用电子表格打开；文档（docx）可以修改；网页可直接打印，纸张选A4。</p>
            </body>
            </html>

            """
    }

    private static func table(_ rows: [String]) -> String {
        "<table class=\"grid\"><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table>"
    }

    private static func row(_ name: String, _ address: String, more: String = "") -> String {
        let links = [("网页", "html"), ("文档", "docx"), ("表格", "csv")].map { words, format in
            "<td class=\"value\"><a href=\"\(address)?format=\(format)\">\(words)</a></td>"
        }
        return "<tr><td>\(PaperHTML.escaped(name))</td>\(links.joined())\(more)</tr>"
    }

    /// The month in each form, longer periods as pages.
    private static func sheetRow(_ zone: ZoneJSON, _ month: SheetPeriod, _ longer: [SheetPeriod]) -> String {
        let address = "/api/v1/reports/\(zone.zone)"
        let links = longer.map { "<td class=\"value\"><a href=\"\(address)/\($0)?format=html\">\($0.title)</a></td>" }
        return row(zone.name, "\(address)/\(month)", more: links.joined())
    }

    /// Those that are over, the last one first.
    private static func lastMonths(before today: CivilDate) -> [SheetPeriod] {
        var (months, date) = ([SheetPeriod](), today)
        for _ in 0..<monthsBack {
            date = SheetPeriod(monthOf: date).first.previous
            months.append(SheetPeriod(monthOf: date))
        }
        return months
    }

    private static func lastQuarters(_ months: [SheetPeriod]) -> [SheetPeriod] {
        months.compactMap { month in
            guard case .month(let year, let number) = month, number % 3 == 0 else { return nil }
            return .quarter(year: year, quarter: number / 3)
        }
    }
}
