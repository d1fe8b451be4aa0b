import Dispatch

/// A thread of its own for calls that block, so that they never hold one of the few threads of the cooperative pool
/// (two cores are two threads: four blocked tasks there delayed a 100 ms timer to 2.1 s).
/// An actor returns it from `unownedExecutor`; others use `run`.
package final class BlockingLane: SerialExecutor {
    private let queue: DispatchQueue

    package init(label: String) { queue = DispatchQueue(label: label) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }

    /// Runs a blocking closure on the lane and waits for its value without holding a pool thread.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
