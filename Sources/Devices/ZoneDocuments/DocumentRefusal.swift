/// Why a document is not printed, for programs and for people.
package enum DocumentRefusal: Error, Sendable, Hashable {
    case unknown
    case mismatch(declared: String, found: DocumentKind)
    case encrypted
    /// Anybody may read it, but its author forbids printing it.
    case forbidden
    case broken(String)
    case tooManyPages(Int, limit: Int)
    /// Pages times copies.
    case tooManyImpressions(Int, limit: Int)
    case pageTooLarge(page: Int, millimetres: PaperSize)
    case tooLarge(String)
    /// Other pages are wanted than it has.
    case rangeOutside(pages: Int)

    /// Rounded to whole numbers, for people.
    package struct PaperSize: Sendable, Hashable, CustomStringConvertible {
        package var width: Int
        package var height: Int

        /// In points.
        init(width: Double, height: Double) {
            func millimetres(_ points: Double) -> Int { Int((min(max(points, 0), 1e9) * 25.4 / 72).rounded()) }
            (self.width, self.height) = (millimetres(width), millimetres(height))
        }

        package var description: String { "\(width)×\(height)" }
    }

    package var code: String {
        switch self {
        case .unknown: "document.unknown"
        case .mismatch: "document.mismatch"
        case .encrypted, .forbidden: "document.encrypted"
        case .broken: "document.broken"
        case .tooManyPages, .tooManyImpressions: "document.tooManyPages"
        case .pageTooLarge: "document.pageTooLarge"
        case .tooLarge: "document.tooLarge"
        case .rangeOutside: "document.range"
        }
    }

    /// For developers.
    package var message: String {
        switch self {
        case .unknown: "not a kind that is taken: PDF, JPEG, PWG raster, plain text in UTF-8 or GB 18030"
        case .mismatch(let declared, let found): "sent as \(declared), but it is \(found.mediaType): send it as that"
        case .encrypted: "needs a password: remove it before printing"
        case .forbidden: "its author forbids printing it: ask for a copy without this restriction"
        case .broken(let detail): "cannot be read (\(detail)): download or export it again"
        case .tooManyPages(let count, let limit):
            "\(count) pages, at most \(limit) in one job: choose with pages=FIRST-LAST"
        case .tooManyImpressions(let count, let limit):
            "\(count) pages with all copies, at most \(limit) in one job: fewer copies or pages"
        case .pageTooLarge(let page, let size): "page \(page) is \(size) mm, at most A3: scale it down"
        case .tooLarge(let detail): "\(detail): make it smaller, or print it as PDF"
        case .rangeOutside(let pages): "pages: the document has \(pages)"
        }
    }

    /// For people.
    package var chinese: String {
        switch self {
        case .unknown: "这种文件不能打印，请换成 PDF、JPEG 图片或纯文本文件"
        case .mismatch: "文件内容与文件类型不一致，请另存为 PDF 后再打印"
        case .encrypted: "文件有密码，不能打印，请先取消密码"
        case .forbidden: "文件的作者不允许打印，请换一份可以打印的文件"
        case .broken: "文件已损坏，无法打开，请重新下载或重新导出"
        case .tooManyPages(let count, let limit): "要打印 \(count) 页，一次最多 \(limit) 页，请选择部分页码分次打印"
        case .tooManyImpressions(let count, let limit): "各份合计 \(count) 页，一次最多 \(limit) 页，请减少份数或页数"
        case .pageTooLarge(let page, let size): "第 \(page) 页太大（\(size) 毫米），最大为 A3，请缩小后再打印"
        case .tooLarge: "文件太大或太复杂，请压缩或另存为 PDF 后再打印"
        case .rangeOutside(let pages): "选择的页码超出范围，文件只有 \(pages) 页"
        }
    }
}
