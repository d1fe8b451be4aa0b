import Hummingbird
import ZoneHTTP
import ZoneHubStore
import ZoneModel
import ZoneWire

/// `/v1/orders` and `/v1/audit`.
struct OfficeOrderRoutes: Sendable {
    private static let longestPage = 500
    /// What a list shows of a result; the order itself has it whole.
    private static let shownResult = 2 << 10

    let orders: OfficeOrders

    func add(to router: Router<OfficeContext>) {
        let v1 = router.group("v1")
        v1.post("orders") { request, context in
            let wanted = try await request.decode(OrderRequest.self, context)
            let order = try await orders.place(wanted, by: try await context.caller())
            return try JSONResponse.make(order, status: .accepted)
        }
        v1.get("orders") { request, _ in
            let limit = try request.limit(100, most: OfficeOrderRoutes.longestPage)
            let all = try await orders.orders(of: try request.zone(), limit: limit)
            return try JSONResponse.make(all.map(OfficeOrderRoutes.shortened))
        }
        v1.get("orders/:id") { _, context in
            try JSONResponse.make(try await orders.order(try OfficeOrderRoutes.id(context)))
        }
        v1.delete("orders/:id") { _, context in
            let caller = try await context.caller()
            return try JSONResponse.make(try await orders.cancel(try OfficeOrderRoutes.id(context), by: caller))
        }
        v1.get("audit") { request, _ in
            let before = request.uri.queryParameters["before"].map { Int64($0) }
            if case .some(.none) = before { throw OfficeError.invalid("before: expected a number") }
            let limit = try request.limit(100, most: OfficeOrderRoutes.longestPage)
            return try JSONResponse.make(try await orders.book.audit(before: before ?? nil, limit: limit))
        }
    }

    private static func id(_ context: OfficeContext) throws -> HexID {
        guard let id = HexID(try context.parameter("id")) else {
            throw OfficeError.invalid("id: expected 16 hexadecimal digits")
        }
        return id
    }

    private static func shortened(_ order: OrderRecordJSON) throws -> OrderRecordJSON {
        guard let result = order.result else { return order }
        var short = order
        let count = try WireCoding.encode(result).count
        if count > shownResult { short.result = ["bytes": .integer(Int64(count))] }
        return short
    }
}
