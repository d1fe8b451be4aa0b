/// A device whose scanner can be copied with.
package protocol DocumentScanner: LiveDevice {
    /// Where it speaks eSCL, such as `http://192.0.2.7:80/eSCL/`; `nil` when it was not said that it does.
    nonisolated var scannerAddress: String? { get }
}
