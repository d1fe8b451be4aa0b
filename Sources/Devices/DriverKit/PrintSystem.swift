/// What a printer's driver may have done to the PC's own print system, by whoever may start programs.
package protocol PrintSystem: Sendable {
    /// Restarts the scheduler and returns when it runs again. What it was sending to a printer begins anew.
    func restartScheduler(within deadline: Duration) async throws(DeviceError)

    /// Makes a queue's driver file (PPD) from what the printer says of itself, and gives it to the queue, which is made
    /// if it does not exist.
    /// - Parameters:
    ///   - uri: of the configuration, never from a wire.
    ///   - server: cupsd's socket, or `host:port`.
    func makeQueue(_ name: String, to uri: String, at server: String, within deadline: Duration)
        async throws(DeviceError)
}
