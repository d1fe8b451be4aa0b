import GRDB
import Testing
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("The book of orders")
struct OrderBookTests {
    private let root: TemporaryRoot
    private let clock = ManualClock()
    private let store: HubStore
    private let book: OrderBook
    private let name: NodeName

    init() throws {
        root = try TemporaryRoot()
        store = try HubStore(path: root.path + "/hub.db")
        book = try OrderBook(store: store)
        name = try #require(NodeName("z/pc-1"))
    }

    private func placed() async throws -> OrderRecordJSON {
        let order = OrderRecordJSON(
            id: .make(), OrderRequest(name: name, verb: .diagnostics), actor: "uid 7 via office.sock",
            createdAt: clock.wall(), ttl: .seconds(60))
        try await book.place(order)
        return order
    }

    private static let stages: [CommandState] = [
        .queued, .sent, .accepted, .scheduled, .running, .succeeded, .failed, .rejected, .interrupted,
    ]

    @Test("results in any order, late and twice, never lead backwards", arguments: Seeds.first(20))
    func anyOrder(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let order = try await placed()
        var end: CommandState?
        for _ in 0..<12 {
            let state = try #require(OrderBookTests.stages.randomElement(using: &random))
            let before = try #require(try await book.order(order.id)).state
            _ = try await book.take([.init(id: order.id, state: state, at: clock.wall())], from: name, at: clock.wall())
            let after = try #require(try await book.order(order.id)).state
            if before.isOver { #expect(after == before, "seed \(seed)") }
            if ![.queued, .sent].contains(before) { #expect(![.queued, .sent].contains(after), "seed \(seed)") }
            if after.isOver { end = end ?? after }
        }
        let last = try #require(try await book.order(order.id)).state
        if let end { #expect(last == end, "the first end counts, seed \(seed)") }
        #expect(book.open.orders(of: name).isEmpty == last.isOver, "seed \(seed)")
        let again = try OrderBook(store: store)
        #expect(
            again.open.orders(of: name) == book.open.orders(of: name), "what memory says, the disk says, seed \(seed)")
    }

    @Test("told twice, a result changes nothing and is one line of the audit")
    func replay() async throws {
        let order = try await placed()
        let told = [OrderResultJSON(id: order.id, state: .accepted, at: clock.wall())]
        #expect(try await book.take(told, from: name, at: clock.wall()).changed.count == 1)
        let before = try await book.audit(limit: 100)
        clock.advance(by: .seconds(5))
        #expect(try await book.take(told, from: name, at: clock.wall()).changed.isEmpty)
        #expect(try await book.audit(limit: 100) == before)
    }

    @Test("a result of any size is kept as its size, not as its bytes")
    func largeResult() async throws {
        let order = try await placed()
        let huge = JSONValue.string(String(repeating: "x", count: 100_000))
        _ = try await book.take(
            [.init(id: order.id, state: .succeeded, at: clock.wall(), result: huge)], from: name, at: clock.wall())
        #expect(try await book.order(order.id)?.result == ["tooLong": 100_002])
    }

    @Test("the audit says who and when, cleaned, and the database itself refuses to change it")
    func audit() async throws {
        _ = try await placed()
        try await book.note("roster.replaced", "roster", "2 zones\u{1B}[2J", by: "uid 8\n", at: clock.wall())
        let lines = try await book.audit(limit: 10)
        #expect(lines.map(\.act) == ["roster.replaced", "order.placed"])
        #expect(lines.map(\.actor) == ["uid 8", "uid 7 via office.sock"])
        #expect(lines.first?.detail == "2 zones[2J")
        #expect(lines.allSatisfy { $0.at == clock.wall() })
        #expect(try await book.audit(before: lines[0].id, limit: 10).map(\.id) == [lines[1].id])
        store.close()
        let queue = try DatabaseQueue(path: root.path + "/hub.db")
        for sql in ["DELETE FROM office_audit", "UPDATE office_audit SET actor = 'nobody'"] {
            #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
        }
    }

    @Test("foreign rows in the table are passed over")
    func foreignRows() async throws {
        let order = try await placed()
        store.close()
        let queue = try DatabaseQueue(path: root.path + "/hub.db")
        try await queue.write { db in
            for content in [DatabaseValue.null, 7.databaseValue, "{}".databaseValue] where !content.isNull {
                try db.execute(
                    sql: "INSERT INTO command_order VALUES (?, 'z', 'pc-1', 1, 0, ?)",
                    arguments: [HexID.make().text, content])
            }
        }
        try queue.close()
        let again = try OrderBook(store: try HubStore(path: root.path + "/hub.db"))
        #expect(again.open.orders(of: name).map(\.id) == [order.id])
        #expect(try await again.orders(limit: 10).map(\.id) == [order.id])
    }
}
