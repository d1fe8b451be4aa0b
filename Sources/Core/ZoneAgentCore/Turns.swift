/// Work that is done one after another, in the order in which it was asked for. An actor alone does not do that: at each
/// `await` of one call another begins.
struct Turns {
    private var last: Task<Void, Never>?

    /// - Returns: begun when all that was added before is over, however that ended. It is not ended with whoever waits
    ///   for it: what the work writes is written whole, or not begun.
    mutating func add<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) -> Task<Value, any Error> {
        let task = Task { [last] in
            await last?.value
            return try await work()
        }
        last = Task { _ = await task.result }
        return task
    }
}
