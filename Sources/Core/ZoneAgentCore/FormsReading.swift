import Logging
import ZoneDocuments
import ZoneForms
import ZoneModel
import ZoneTime

extension FormsDesk {
    /// Asks pdfinfo(1), which opens the file as a printer's reader would; its time and memory are bounded.
    static func reading(_ clock: any ZoneClock, _ log: Logger) -> Rendering {
        { path, entry in
            switch await PDFProgram().ask(path, pages: 1...1, .standard, clock) {
            case .silent(let why):
                log.warning("Forms are not opened, only hashed: install poppler-utils", metadata: ["why": "\(why)"])
                return nil
            case .refused(let refusal): return FormTrouble(.unreadable, refusal.message.cleaned())
            case .report(let report):
                guard report.mayPrint else { return FormTrouble(.unreadable, DocumentRefusal.forbidden.message) }
                guard report.pages == entry.pages else {
                    return FormTrouble(
                        .unreadable, "it has \(report.pages) pages, \(FormList.name) says \(entry.pages)")
                }
                return nil
            }
        }
    }
}
