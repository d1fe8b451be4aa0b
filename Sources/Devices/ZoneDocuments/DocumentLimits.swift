/// How much one job may be. A kiosk has one tray of paper and a queue of citizens.
package struct DocumentLimits: Sendable {
    /// Pages of one copy.
    package var pages = 50
    /// Pages times copies.
    package var impressions = 100
    /// In points: A3 and a tenth more, for trim marks.
    package var shortSide = 841.89 * 1.1
    package var longSide = 1190.55 * 1.1
    /// Of a picture: A3 at 600 dpi has 70 million.
    package var pixels = 100_000_000
    /// Of a raster, in dots per inch.
    package var resolution = 1200
    /// What pdfinfo(1) may take. Most of the unit's MemoryMax= (256 MiB) is the agent's own.
    package var processorSeconds = 10
    package var memory = 128 << 20
    package var patience = Duration.seconds(20)
    /// 50 pages are 5 KB; the rest is a long title.
    package var report = 256 << 10

    package static let standard = DocumentLimits()

    package init() {}
}

extension DocumentLimits {
    /// In points; a page may lie on its side.
    package func checkPage(_ number: Int, width: Double, height: Double) throws(DocumentRefusal) {
        guard width.isFinite, height.isFinite, width > 0, height > 0 else {
            throw .broken("page \(number) has no size")
        }
        guard min(width, height) <= shortSide, max(width, height) <= longSide else {
            throw .pageTooLarge(page: number, millimetres: DocumentRefusal.PaperSize(width: width, height: height))
        }
    }

    /// - Parameter pages: of the document, or what a text will come to.
    /// - Parameter isExact: whether pages outside can be told.
    package func checkCount(_ pages: Int?, isExact: Bool, _ wish: DocumentWish) throws(DocumentRefusal) {
        if let range = wish.pages, let pages, isExact, range.upperBound > pages {
            throw .rangeOutside(pages: pages)
        }
        // What is not known does not count as little: then the copies alone are what can be held against the limit.
        let wanted = wish.pages.map { $0.upperBound - $0.lowerBound + 1 } ?? pages ?? 1
        guard wanted <= self.pages else { throw .tooManyPages(wanted, limit: self.pages) }
        guard wanted * wish.copies <= impressions else {
            throw .tooManyImpressions(wanted * wish.copies, limit: impressions)
        }
    }
}
