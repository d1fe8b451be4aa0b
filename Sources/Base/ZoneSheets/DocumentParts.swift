/// The parts of a document that are the same in all of them.
enum DocumentParts {
    static let prolog = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    static let namespaces = """
        xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" \
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        """

    static let contentTypes =
        prolog + """
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Default Extension="xml" ContentType="application/xml"/>
            <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
            <Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
            <Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>
            <Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>
            <Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
            </Types>
            """

    static let relations =
        prolog + """
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
            <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
            <Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>
            </Relationships>
            """

    static let documentRelations =
        prolog + """
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
            <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
            <Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/>
            <Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/>
            </Relationships>
            """

    static func core(title: String) -> String {
        prolog + """
            <cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
            xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>\(title)</dc:title>\
            <dc:language>zh-CN</dc:language></cp:coreProperties>
            """
    }

    /// A4 with the margins of the page in HTML.
    static let page = """
        <w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:footerReference w:type="default" r:id="rId3"/>\
        <w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1021" w:right="794" w:bottom="1021" w:left="794" \
        w:header="510" w:footer="510" w:gutter="0"/></w:sectPr>
        """

    static func header(_ title: String) -> String {
        prolog + """
            <w:hdr \(namespaces)><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>\(run(title))</w:p></w:hdr>
            """
    }

    static func footer(_ stamp: String) -> String {
        let last = stamp.isEmpty ? "" : run("　\(stamp)")
        return prolog + """
            <w:ftr \(namespaces)><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>\(run("第 "))\(field("PAGE"))\
            \(run(" 页 共 "))\(field("NUMPAGES"))\(run(" 页"))\(last)</w:p></w:ftr>
            """
    }

    private static func run(_ text: String) -> String { "<w:r><w:t xml:space=\"preserve\">\(text)</w:t></w:r>" }

    private static func field(_ name: String) -> String {
        "<w:fldSimple w:instr=\" \(name) \"><w:r><w:t>1</w:t></w:r></w:fldSimple>"
    }
}

/// 宋体 for text, 黑体 for heads; sizes in half points.
extension DocumentParts {
    static var styles: String {
        let all: [String] = [
            prolog, "<w:styles \(namespaces)>", defaults,
            style("Normal", "Normal", spacing: (0, 40), isDefault: true),
            style("Title", "Title", size: 34, isBold: true, spacing: (0, 160), isCentred: true),
            style("Heading1", "heading 1", size: 24, isBold: true, spacing: (200, 60), staysWithNext: true),
            style("Label", "Label", isBold: true), style("Note", "Note", size: 18),
            style("Cell", "Cell", size: 18, spacing: (0, 0)),
            style("CellHead", "Cell Head", size: 17, isBold: true, spacing: (0, 0), isCentred: true),
            style("Banner", "Banner", isBold: true, isCentred: true),
            style("Poster", "Poster", size: 60, isBold: true, spacing: (360, 360), isCentred: true),
            style("Step", "Step", size: 30, spacing: (0, 160)),
            style("Header", "header", size: 17, isCentred: true),
            style("Footer", "footer", size: 17, isCentred: true), grid, "</w:styles>",
        ]
        return all.joined()
    }

    private static let defaults = """
        <w:docDefaults><w:rPrDefault><w:rPr>\(font("宋体", "Times New Roman"))<w:sz w:val="21"/><w:szCs w:val="21"/>\
        <w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>
        """

    private static var grid: String {
        let borders = ["top", "left", "bottom", "right", "insideH", "insideV"].map {
            "<w:\($0) w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/>"
        }.joined()
        return """
            <w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr>\
            <w:tblBorders>\(borders)</w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/>\
            <w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
            """
    }

    private static func font(_ eastern: String, _ western: String) -> String {
        "<w:rFonts w:ascii=\"\(western)\" w:hAnsi=\"\(western)\" w:eastAsia=\"\(eastern)\" w:cs=\"\(western)\"/>"
    }

    /// The parts in the order in which the schema wants them.
    private static func style(
        _ id: String, _ name: String, size: Int? = nil, isBold: Bool = false, spacing: (before: Int, after: Int)? = nil,
        isCentred: Bool = false, staysWithNext: Bool = false, isDefault: Bool = false
    ) -> String {
        let gap = spacing.map { "<w:spacing w:before=\"\($0.before)\" w:after=\"\($0.after)\"/>" } ?? ""
        let paragraph = (staysWithNext ? "<w:keepNext/>" : "") + gap + (isCentred ? "<w:jc w:val=\"center\"/>" : "")
        let face = isBold ? font("黑体", "Arial") + "<w:b/>" : ""
        let sizes = size.map { "<w:sz w:val=\"\($0)\"/><w:szCs w:val=\"\($0)\"/>" } ?? ""
        return """
            <w:style w:type="paragraph"\(isDefault ? " w:default=\"1\"" : "") w:styleId="\(id)">\
            <w:name w:val="\(name)"/>\(isDefault ? "" : "<w:basedOn w:val=\"Normal\"/>")\
            <w:pPr>\(paragraph)</w:pPr><w:rPr>\(face)\(sizes)</w:rPr></w:style>
            """
    }
}
