import DriverKit
import ZoneLinux
import ZoneModel
import ZoneTime

/// How far a document has come.
private struct Way {
    let total: Int
    /// Bytes that the printer (or the kernel for it: at most 8192) has taken.
    var sent = 0
    /// When it last took some.
    var moved: MonoTime
    var lastTold: UInt8?

    var told: String { "打印机收到 \(sent)/\(total) 字节 the printer took \(sent) of \(total) bytes" }
}

/// Why a document goes no further.
private enum Stop: Error {
    case cancelled
    case stalled(String)
    case lost(DeviceError)
    case unreadable(SystemError)

    /// Nothing was given away: nothing can be on paper. After that nobody knows, for it does not count pages.
    func result(_ way: Way) -> PrintResult {
        switch self {
        case .cancelled:
            return way.sent < way.total ? .cancelled(way.told) : .unknown("取消得太晚 cancelled too late; \(way.told)")
        case .stalled(let why): return way.sent == 0 ? .failed(why) : .unknown("\(why); \(way.told)")
        case .lost(let error):
            let what = error.code == .absent ? "打印机已断开 the printer is gone" : "出错 \(error.description.cleaned())"
            return way.sent == 0 ? .failed(what) : .unknown("\(what); \(way.told)")
        case .unreadable(let error):
            let what = "读不到文件 the document cannot be read: \(error.description.cleaned())"
            return way.sent == 0 ? .failed(what) : .unknown("\(what); \(way.told)")
        }
    }
}

extension USBPrinterDevice: DocumentPrinter {
    func printDocument(_ order: PrintOrder, progress: @escaping @Sendable (Int) -> Void) async -> PrintResult {
        guard !isPrinting else { return .failed("正在打印另一份文件 another document is being printed") }
        isPrinting = true
        defer { isPrinting = false }
        do throws(SystemError) {
            let document = try DocumentBytes(order)
            guard document.count > 0 else { return .failed("文件是空的 the document is empty") }
            return await send(document, order)
        } catch {
            return .failed("读不到文件 the document cannot be read: \(error.description.cleaned())")
        }
    }

    private func send(_ document: DocumentBytes, _ order: PrintOrder) async -> PrintResult {
        var way = Way(total: document.count * order.copies, moved: clock.mono())
        do throws(Stop) {
            try await waitForTurn(&way)
            if let refusal = refusal(order) { return .failed(refusal) }
            for _ in 0..<order.copies { try await give(document, &way) }
            while try await !finish(&way) {}
            return try await settle(&way)
        } catch {
            // What it has of a document must not become the beginning of the next one.
            await port.abandon(within: pace.abandoning)
            return error.result(way)
        }
    }

    /// What cannot be said with the bytes of a document alone is refused: the wrong pages would be worse than none.
    private func refusal(_ order: PrintOrder) -> String? {
        guard languages.understands(order.format) else {
            let known = languages.commandSets.joined(separator: ",")
            return "这台打印机不能直接打印这种文件，请技术人员用它的驱动程序建立打印队列。"
                + " This printer does not say that it understands \(order.format) (CMD:\(known));"
                + " it needs a print queue with its driver"
        }
        let wishes = [
            order.sides.map { _ in "sides" }, order.media.map { _ in "media" }, order.colorMode.map { _ in "color" },
            order.pages.map { _ in "pages" },
        ].compactMap(\.self)
        guard !wishes.isEmpty else { return nil }
        return "这台打印机接在 USB 口上，不能选择单双面、纸张、颜色和页码，请去掉这些选项再打印。"
            + " At a USB port without a print queue nothing can be chosen: print again without "
            + wishes.joined(separator: ", ")
    }

    /// Until nobody else has the printer; also learns what it understands.
    private func waitForTurn(_ way: inout Way) async throws(Stop) {
        while true {
            // At most as long as that healing step may take.
            while isResetting { try await pause() }
            switch try await looked(&way) {
            case .told: return
            case .silent: throw .stalled("打印机没有回答 the printer does not answer")
            case .held: break
            }
            guard clock.mono().since(way.moved) < pace.stalled else {
                throw .stalled("另一个程序占着打印机 another program, such as a print queue, keeps the printer")
            }
            try await pause()
        }
    }

    private func give(_ document: DocumentBytes, _ way: inout Way) async throws(Stop) {
        var offset = 0
        while offset < document.count {
            let piece: [UInt8]
            do throws(SystemError) { piece = try await document.piece(at: offset) } catch { throw .unreadable(error) }
            guard !piece.isEmpty else { throw .unreadable(SystemError("the document became shorter", 0)) }
            var rest = piece[...]
            while !rest.isEmpty { rest = rest.dropFirst(try await give(Array(rest), &way)) }
            offset += piece.count
        }
    }

    /// - Returns: how many bytes it took; none when it is still patient.
    private func give(_ bytes: [UInt8], _ way: inout Way) async throws(Stop) -> Int {
        guard !Task.isCancelled else { throw .cancelled }
        do throws(DeviceError) {
            let count = try await port.write(bytes, within: pace.slice)
            way.sent += count
            way.moved = clock.mono()
            return count
        } catch {
            guard error.code == .timedOut else { throw .lost(error) }
            try await bePatient(try await looked(&way), way)
            return 0
        }
    }

    private func finish(_ way: inout Way) async throws(Stop) -> Bool {
        guard !Task.isCancelled else { throw .cancelled }
        do throws(DeviceError) {
            try await port.finish(within: pace.slice)
            way.moved = clock.mono()
            return true
        } catch {
            guard error.code == .timedOut else { throw .lost(error) }
            try await bePatient(try await looked(&way), way)
            return false
        }
    }

    /// It takes nothing, or is not well: for how long already?
    private func bePatient(_ seen: Seen, _ way: Way) async throws(Stop) {
        let still = clock.mono().since(way.moved)
        guard still >= pace.stalled else { return }
        var why = "没有回答 it does not answer"
        if case .told(let look) = seen { why = status(look)?.words ?? "没有说明原因 it does not say why" }
        let seconds = still.components.seconds
        throw .stalled("打印机停了 \(seconds) 秒，已停止打印 it stood still for \(seconds) s and was given up: \(why)")
    }

    /// It has everything, and is still printing: what goes wrong now has to be seen.
    private func settle(_ way: inout Way) async throws(Stop) -> PrintResult {
        var good = clock.mono()
        while true {
            let seen = try await looked(&way)
            switch seen {
            // Somebody else's turn: as far as it was seen, all was well.
            case .held: return .printed(pagesProven: nil)
            case .silent: break
            case .told(let look):
                guard let status = status(look) else {
                    return .unknown("打印机不报告状态，请看出纸口 it does not tell its state, look into its tray; \(way.told)")
                }
                if status.isGood {
                    way.moved = clock.mono()
                    if way.moved.since(good) >= pace.settling { return .printed(pagesProven: nil) }
                    try await pause()
                    continue
                }
            }
            try await bePatient(seen, way)
            good = clock.mono()
            try await pause()
        }
    }

    private func pause() async throws(Stop) {
        do { try await clock.sleep(for: pace.look) } catch { throw .cancelled }
    }

    private enum Seen {
        case told(PrinterLook)
        /// Another program has it.
        case held
        case silent
    }

    /// A state that is new is told.
    private func looked(_ way: inout Way) async throws(Stop) -> Seen {
        do throws(DeviceError) {
            let look = try await look(within: pace.lookWithin)
            if look.status != way.lastTold {
                way.lastTold = look.status
                tell(look)
            }
            return .told(look)
        } catch {
            switch error.code {
            case .busy: return .held
            case .timedOut: return .silent
            default: throw .lost(error)
            }
        }
    }
}
