// Purpose: what a citizen's document is, before a printer sees it: sniffed, measured, refused with words.

/// The kinds of documents that are taken; the raw value is the media type.
package enum DocumentKind: String, Sendable, CaseIterable {
    case pdf = "application/pdf"
    /// PWG 5102.4.
    case pwgRaster = "image/pwg-raster"
    case jpeg = "image/jpeg"
    /// In UTF-8 or GB 18030.
    case text = "text/plain"

    package var mediaType: String { rawValue }

    /// How much of a document's beginning `sniff` wants to see: readers look for a PDF's header there (PDF Reference
    /// 1.7, appendix H, note 13).
    package static let headLength = 1024

    /// By the first bytes; `nil` for everything else. A text has none of its own: only the whole of it can tell.
    package static func sniff(_ head: [UInt8]) -> DocumentKind? {
        let head = head.prefix(headLength)
        if head.starts(with: Array("RaS2".utf8)) { return .pwgRaster }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        return head.firstRange(of: Array("%PDF-".utf8)) == nil ? nil : .pdf
    }
}

/// What is wanted of a document, as far as it matters for whether it is taken.
package struct DocumentWish: Sendable, Hashable {
    /// Says nothing about the kind: the sender does not know it.
    package static let undeclared = "application/octet-stream"

    /// The media type it was sent with, lower case, without parameters.
    package var declared: String
    /// From 1.
    package var pages: ClosedRange<Int>?
    package var copies: Int

    package init(declared: String, pages: ClosedRange<Int>? = nil, copies: Int = 1) {
        (self.declared, self.pages, self.copies) = (declared, pages, copies)
    }
}

/// What was found out about a document that is taken.
package struct DocumentFacts: Sendable, Hashable {
    package var kind: DocumentKind
    /// `nil` where only the printer knows: it lays out texts itself, and a PDF is not read without pdfinfo(1).
    package var pages: Int?
}
