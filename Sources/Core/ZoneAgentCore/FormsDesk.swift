import Logging
import Synchronization
import ZoneConfig
import ZoneControl
import ZoneDesks
import ZoneForms
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

/// The shelf of official forms as it was last looked at, and the condition that says what of it is missing.
final class FormsDesk: FormsBackend {
    /// What a reader of PDFs says of a file with the right hash; `nil`: nothing against it.
    typealias Rendering = @Sendable (_ path: String, _ entry: FormEntry) async -> FormTrouble?

    private struct View: Sendable {
        var items: [FormShelf.Item] = []
        var complaint: FileComplaint?
        var checkedAt: WallTime?
    }

    /// A look at the shelf is wanted: for `FormsKeeper`, so that there is one at a time.
    let wishes: AsyncStream<Void>
    private let wishing: AsyncStream<Void>.Continuation
    private let folder: String
    private let store: ConfigurationStore
    private let station: Station
    private let journal: Journal
    private let clock: any ZoneClock
    private let log: Logger
    private let rendering: Rendering
    private let lane = BlockingLane(label: "forms")
    private let view = Mutex(View())

    init(
        places: Places, store: ConfigurationStore, station: Station, journal: Journal, clock: any ZoneClock,
        log: Logger, rendering: @escaping Rendering
    ) {
        (wishes, wishing) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (folder, self.store, self.station, self.journal) = (places.forms, store, station, journal)
        (self.clock, self.log, self.rendering) = (clock, log, rendering)
    }

    func wish() { wishing.yield() }

    /// Holds every file against its hash.
    func check() async {
        let folder = folder
        let shelf = await lane.run { FormShelf(folder: folder) }
        var items: [FormShelf.Item] = []
        for item in shelf.items { items.append(await rendered(item)) }
        let seen = View(items: items, complaint: shelf.complaint, checkedAt: clock.wall())
        view.withLock { $0 = seen }
        await tell(seen)
    }

    private func rendered(_ item: FormShelf.Item) async -> FormShelf.Item {
        guard item.state == .there else { return item }
        guard let trouble = await rendering("\(folder)/\(item.entry.file)", item.entry) else { return item }
        return FormShelf.Item(entry: item.entry, trouble: trouble)
    }

    private func tell(_ seen: View) async {
        for item in seen.items {
            guard let trouble = item.trouble else { continue }
            log.notice(
                "A form is not on the shelf",
                metadata: [
                    "form": "\(item.entry.id)", "state": "\(trouble.state.rawValue)", "reason": "\(trouble.reason)",
                ])
        }
        let type = store.config.type
        let lacking = seen.items.filter { $0.entry.required && $0.entry.concerns(type) && $0.state != .there }
        let names = lacking.map { "\($0.entry.id) \($0.state.rawValue)" }.joined(separator: ", ")
        // A list that cannot be read may have required anything.
        let evidence = seen.complaint.map { "\($0)" } ?? (lacking.isEmpty ? nil : names)
        let sight = evidence.map { Symptom.Sight.wrong(evidence: $0.cleaned(limit: 400)) } ?? .fine
        await station.takeForGood(Symptom(.formsMissing, sight), from: DeviceID(.queryPC, 1))
    }

    private func item(_ id: String) -> FormShelf.Item? {
        let type = store.config.type
        return view.withLock { $0.items }.first { $0.entry.id.text == id && $0.entry.concerns(type) }
    }

    func list() -> FormListJSON {
        let (seen, config) = (view.withLock { $0 }, store.config)
        return FormListJSON(
            forms: seen.items.filter { $0.entry.concerns(config.type) }.map(FormJSON.init),
            complaint: seen.complaint.map { "\($0)" }, checkedAt: seen.checkedAt,
            kioskCopies: config.forms.kioskCopies)
    }

    func form(_ id: String) -> FormJSON? { item(id).map(FormJSON.init) }

    func document(_ id: String) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        guard let item = item(id) else {
            throw ErrorJSON(code: "not.found", message: "no form \(id.cleaned(limit: 40))", zh: "没有找到这份表格")
        }
        // What no reader opens stays so until the next look; what is on the disk is looked at now.
        if let trouble = item.trouble, trouble.state == .unreadable { throw ErrorJSON.noForm(item.entry, trouble) }
        do throws(FormTrouble) {
            let reader = try await FormReader.open(item.entry, in: folder, lane: lane)
            if item.state != .there { wish() }
            // Pulled: a piece is read when the one before has gone out.
            return AsyncThrowingStream {
                do throws(FormTrouble) { return try await reader.next() } catch {
                    throw ErrorJSON.noForm(item.entry, error)
                }
            }
        } catch {
            // Once is enough, however often it is asked for.
            if item.state == .there { wish() }
            throw ErrorJSON.noForm(item.entry, error)
        }
    }

    func printer() -> DeviceID? {
        if let named = store.config.forms.printer { return named }
        let printers = station.board.states.filter { $0.card.kind == .printer && $0.card.watch == .machine }
        return printers.count == 1 ? printers.first?.card.id : nil
    }

    func fee(for ticket: JobTicket) -> FeeQuoteJSON { store.config.fees.json(FeeConfig.Use(ticket)) }
}

extension ErrorJSON {
    fileprivate static func noForm(_ entry: FormEntry, _ trouble: FormTrouble) -> ErrorJSON {
        ErrorJSON(
            code: "form.unavailable",
            message:
                "form \(entry.id) is \(trouble.state.rawValue): \(trouble.reason); the office issues the file anew",
            zh: "“\(entry.title)”的文件缺失或与发布的不一致，请领取纸质表格，并报办公室", fixer: .staff)
    }
}

extension FormJSON {
    init(_ item: FormShelf.Item) {
        let entry = item.entry
        self.init(
            id: entry.id, title: entry.title, kind: entry.kind.rawValue, pages: entry.pages, source: entry.source,
            revised: "\(entry.revised)", required: entry.required, file: entry.file, sha256: entry.sha256,
            state: item.state.rawValue, reason: item.trouble?.reason)
    }
}
