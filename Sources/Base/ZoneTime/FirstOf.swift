import ZoneModel

/// The task's value, or `nil` when it takes longer than `patience`; the task goes on either way.
package func firstOf<Value: Sendable>(
    _ task: Task<Value, Never>, orAfter patience: Duration, _ clock: any ZoneClock
) async -> Value? {
    let (answers, output) = AsyncStream.makeStream(of: Value?.self)
    let waiter = Task { output.yield(await task.value) }
    let timer = Task {
        try? await clock.sleep(for: patience)
        output.yield(nil)
    }
    defer {
        timer.cancel()
        waiter.cancel()
    }
    for await answer in answers { return answer }
    return nil
}
